"""Undo in the ledger: crashes, chains of undos, judging anew in between."""

from __future__ import annotations

from typing import Any

import pytest

from tagwright.errors import ConfigurationError
from tagwright.model import AssetRef
from tagwright.state import ledger, runs
from tagwright.undo import choose_concepts, choose_taggers
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto

from .conftest import Desk

_LIVES = 10  # photos until it is killed
CAT, DOG = ("Animals", "Cat"), ("Animals", "Dog")


class Killed(BaseException):
    """As by kill -9: nothing catches it."""


def _library(count: int) -> MemoryLibrary:
    return MemoryLibrary({f"p/{n}.jpg": MemoryPhoto(b"picture %d" % n) for n in range(count)})


def _tags(library: MemoryLibrary) -> list[list[tuple[str, ...]]]:
    return [photo.tags for photo in library.photos.values()]


async def _standing(desk: Desk) -> dict[str, tuple[str, ...]]:
    return await desk.lane(lambda c: ledger.standing(c, 1))


@pytest.mark.parametrize("after_the_write", [False, True])
async def test_a_crash_in_the_middle_goes_on(desk: Desk, after_the_write: bool) -> None:
    """Killed before or behind the change of a photo: the next does the rest, and all can return."""
    library = _library(20)
    run_id = await desk.tag(library, "cat")

    class Dying(MemoryLibrary):
        begun = 0

        async def revert(self, *arguments: Any, **options: Any) -> Any:
            self.begun += 1
            if self.begun < _LIVES:
                return await super().revert(*arguments, **options)
            if self.begun == _LIVES and after_the_write:
                await super().revert(*arguments, **options)
            raise Killed

    with pytest.raises(BaseExceptionGroup):
        await desk.undo(Dying(library.photos), run=run_id)
    assert 0 < _tags(library).count([]) <= _LIVES
    cut = (await desk.lane(lambda c: runs.recent(c, 1)))[0].id
    second, _ = await desk.undo(library, run=run_id)
    assert _tags(library) == [[]] * 20
    for one in (second, cut):
        await desk.undo(library, run=one)
    assert _tags(library) == [[CAT]] * 20
    await desk.undo(library, run=run_id)
    assert _tags(library) == [[]] * 20


async def test_undo_of_undo_of_undo(desk: Desk) -> None:
    """Each is the state before, in the library and in the ledger."""
    library = _library(1)
    last = await desk.tag(library, "cat")
    for there in (False, True, False, True, False):
        last, _ = await desk.undo(library, run=last)
        assert _tags(library) == [[CAT] if there else []]
        assert await _standing(desk) == ({"animals/cat": CAT} if there else {})


async def test_a_photo_that_is_away_stays_ours(desk: Desk) -> None:
    """As on a disk that is not mounted: once it is back, it can be undone."""
    library = _library(2)
    run_id = await desk.tag(library, "cat")
    away = library.photos.pop("p/0.jpg")
    _, found = await desk.undo(library, run=run_id)
    assert sorted(type(one.error).__name__ for one in found) == ["NoneType", "VanishedError"]
    library.photos["p/0.jpg"] = away
    await desk.undo(library, run=run_id)
    assert away.tags == []


async def test_a_tag_that_a_person_wrote_meanwhile_never_becomes_ours(desk: Desk) -> None:
    """Undone, then written by a person: undoing the undo, and undoing again, leaves it alone."""
    library = _library(1)
    run_id = await desk.tag(library, "cat")
    undo, _ = await desk.undo(library, run=run_id)
    library.photos["p/0.jpg"].tags.append(CAT)
    await desk.undo(library, run=undo)
    assert await _standing(desk) == {}
    await desk.undo(library, run=run_id)
    assert _tags(library) == [[CAT]]


async def test_only_one_of_two_tags(desk: Desk) -> None:
    """By concept; what is left of the run can still be taken back."""
    library = _library(1)
    run_id = await desk.tag(library, "cat", "dog")
    concepts = frozenset({"animals/dog"})
    undo, _ = await desk.undo(library, concepts=concepts)
    assert (_tags(library), await _standing(desk)) == ([[CAT]], {"animals/cat": CAT})
    await desk.undo(library, run=undo)
    assert _tags(library) == [[CAT, DOG]]
    await desk.undo(library, concepts=concepts)
    await desk.undo(library, run=run_id)
    assert _tags(library) == [[]]


async def test_what_stays_out_of_the_next_run(desk: Desk) -> None:
    """An undo rejects nothing; the photo is done for the same goal all the same."""
    library = _library(1)
    run_id = await desk.tag(library, "cat")
    await desk.undo(library, run=run_id)
    await desk.tag(library, "cat")
    assert _tags(library) == [[]]
    assert await desk.lane(lambda c: ledger.rejected(c, 1, "")) == set()
    await desk.tag(library, "cat", force=True)
    assert _tags(library) == [[CAT]]


async def test_names_of_concepts_and_taggers(desk: Desk) -> None:
    """By id, label, path, and the label that an earlier vocabulary had."""
    await desk.tag(_library(1), "cat", "dog", "car")

    async def concepts(name: str) -> set[str]:
        return set(await desk.lane(lambda c: choose_concepts(c, desk.taxonomy, [name])))

    assert await concepts("animals") == {"animals/cat", "animals/dog"}
    assert await concepts("ANIMALS > cat") == await concepts("Cat") == {"animals/cat"}
    with pytest.raises(ConfigurationError, match="'Beach' was ever written"):
        await concepts("Beach")
    assert await desk.lane(lambda c: choose_taggers(c, ["memory"])) == {"memory"}


async def test_a_disk_that_goes_away_does_not_hide_other_runs(desk: Desk) -> None:
    """The last run is the last of which something can be taken back."""
    library = _library(1)
    first = await desk.tag(library, "cat")
    other = MemoryLibrary({"q/1.jpg": MemoryPhoto(b"other")})
    second = await desk.tag(other, "cat")
    assert (await desk.lane(lambda c: runs.find(c, "last"))).id == second
    other.photos.clear()
    await desk.undo(other, run=second)
    assert (await desk.lane(lambda c: runs.find(c, "last"))).id == first
    assert AssetRef("memory", "p/0.jpg") == (await desk.undo(library, run=first))[1][0].ref
