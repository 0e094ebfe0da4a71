"""Captions, ratings and albums on their way to photos, ledger and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tagwright.errors import AssetError
from tagwright.model import AssetRef, Extra, ExtraField, Tag
from tagwright.policy import Policy, Rule, Then, When
from tagwright.ports import NOTHING, Intend, Receipt, Withdrawal
from tagwright.state import runs
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

CAPTION, RATING, ALBUM = ExtraField.CAPTION, ExtraField.RATING, ExtraField.ALBUM
SEEN = Extra(CAPTION, "Seen: a cat")
STARS = Extra(RATING, "4")
PETS = Extra(ALBUM, "Pets")
OURS = [SEEN, STARS, PETS]


def _policy(
    caption: str = "Seen: {caption}", rating: int = 4, albums: tuple[str, ...] = ("Pets",)
) -> Policy:
    then = Then(caption=caption, rating=rating, albums=albums)
    return Policy(rules=(Rule("pets", When(none=("beach",)), then),))


def _library(*extras: Extra) -> MemoryLibrary:
    return MemoryLibrary({"p/a.jpg": MemoryPhoto(b"a", extras=list(extras))})


def _on(library: MemoryLibrary) -> set[Extra]:
    return set(library.photos["p/a.jpg"].extras)


async def _run(
    bench: Any, library: MemoryLibrary, policy: Policy | None = None, **more: Any
) -> Any:
    """Tag with a tagger that finds no concept, but has a sentence to say."""
    tagger = MemoryTagger(says("zeppelin", caption="a cat"))
    return await (await bench.runner(library, tagger, policy=policy or _policy(), **more)).run()


async def _undo(bench: Any, library: MemoryLibrary, run_id: str = "") -> None:
    new = await bench.lane(lambda c: runs.begin(c, "undo", bench.owner.id, {}))
    undo = Undo(library, bench.lane, lambda _: None, dry_run=False)
    await undo.run(Chosen(run=run_id or bench.run_ids[-1]), new)


async def test_a_run_without_a_single_tag_sets_counts_and_can_be_undone(bench: Any) -> None:
    """Once; a second run writes nothing, forced or not."""
    library = _library()
    tally = await _run(bench, library)
    assert _on(library) == set(OURS)
    assert (tally.changed, tally.tags) == (1, 0)
    assert (tally.captions, tally.ratings, tally.albums) == (1, 1, 1)
    await _run(bench, library)
    again = await _run(bench, library, force=True)
    assert (library.writes, again.changed) == (1, 0)
    await _undo(bench, library, bench.run_ids[0])
    assert _on(library) == set()


async def test_a_dry_run_says_it_and_touches_nothing(bench: Any) -> None:
    """The receipt is what the real run would give."""
    library = _library()
    await _run(bench, library, dry_run=True)
    assert set(bench.results[0].receipt.given) == set(OURS)
    assert (library.writes, _on(library)) == (0, set())


async def test_what_people_set_stays(bench: Any) -> None:
    """It is neither replaced nor taken back, and the result says why."""
    mine = (Extra(CAPTION, "Mine"), Extra(RATING, "-1"), PETS)
    library = _library(*mine)
    tally = await _run(bench, library)
    assert (library.writes, tally.changed) == (0, 0)
    assert dict(bench.results[0].barred) == dict.fromkeys(OURS, "a person's is there")
    await _undo(bench, library)
    assert _on(library) == set(mine)


async def test_ours_is_replaced_when_rules_change(bench: Any) -> None:
    """And both runs can be taken back, one after the other."""
    library = _library()
    await _run(bench, library)
    await _run(bench, library, _policy(caption="Two", rating=5, albums=("Pets", "More")))
    assert _on(library) == {Extra(CAPTION, "Two"), Extra(RATING, "5"), PETS, Extra(ALBUM, "More")}
    await _undo(bench, library, bench.run_ids[1])
    assert _on(library) == set(OURS)
    await _undo(bench, library, bench.run_ids[0])
    assert _on(library) == set()


@pytest.mark.parametrize("theirs", [[], [Extra(CAPTION, "Theirs"), Extra(RATING, "1")]])
async def test_what_a_person_took_away_does_not_come_back(bench: Any, theirs: list[Extra]) -> None:
    """Nor does what they wrote over; not even when they delete theirs, or rename the photo."""
    library = _library()
    await _run(bench, library)
    library.photos["p/a.jpg"].extras = list(theirs)
    library.photos["p/a.jpg"].touch()
    await _run(bench, library)
    assert _on(library) == set(theirs)
    library.photos["p/b.jpg"] = library.photos.pop("p/a.jpg")
    library.photos["p/b.jpg"].extras = []
    await _run(bench, library, _policy(caption="Two"), force=True)
    assert library.photos["p/b.jpg"].extras == []


async def test_undo_takes_back_only_what_is_still_ours(bench: Any) -> None:
    """What a person wrote in between stays."""
    library = _library()
    await _run(bench, library)
    theirs = Extra(CAPTION, "Theirs")
    library.photos["p/a.jpg"].extras = [theirs, STARS, PETS]
    await _undo(bench, library)
    assert _on(library) == {theirs}


class _Killed(BaseException):
    pass


class _Dying(MemoryLibrary):
    """Is killed once the photo is written, before anybody could be told."""

    async def write(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        intend: Intend,
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        await super().write(ref, tags, intend, withdraw, extras)
        raise _Killed


async def test_a_kill_after_the_write_leaves_what_is_known_as_ours(bench: Any) -> None:
    """The intention was recorded first, so undo takes it back."""
    library = _library()
    with pytest.raises(BaseExceptionGroup):
        await _run(bench, _Dying(library.photos))
    assert _on(library) == set(OURS)
    await _run(bench, library)
    assert library.writes == 0
    await _undo(bench, library, bench.run_ids[0])
    assert _on(library) == set()


async def test_a_failure_between_intention_and_write_is_forgotten(bench: Any) -> None:
    """What a person then writes is theirs, also where a run would have written the same."""
    library = _library()

    def die(_ref: AssetRef) -> None:
        raise AssetError("the power went")

    library.before_write = die
    await _run(bench, library)
    assert _on(library) == set()
    library.before_write = lambda _ref: None
    await _run(bench, library, force=True)
    assert _on(library) == set(OURS)
    await _undo(bench, library, bench.run_ids[1])
    assert _on(library) == set()


async def test_a_kill_before_a_replacement_leaves_the_old_one_ours(bench: Any) -> None:
    """The next run replaces it, and the way back is whole."""
    library = _library()
    await _run(bench, library)

    def die(_ref: AssetRef) -> None:
        raise AssetError("the power went")

    library.before_write = die
    await _run(bench, library, _policy(caption="Two"))
    library.before_write = lambda _ref: None
    await _run(bench, library, _policy(caption="Two"), force=True)
    assert Extra(CAPTION, "Two") in _on(library)
    await _undo(bench, library, bench.run_ids[2])
    assert _on(library) == set(OURS)
