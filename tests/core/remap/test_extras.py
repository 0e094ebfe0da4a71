"""Captions, ratings and albums of photos that are judged anew."""

from __future__ import annotations

from typing import Any

from tagwright.model import Extra, ExtraField
from tagwright.policy import Policy, Rule, Then, When
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

CAPTION, RATING, ALBUM = ExtraField.CAPTION, ExtraField.RATING, ExtraField.ALBUM
PETS = "concepts: [Cat, Dog]"


def _policy(**then: Any) -> Policy:
    return Policy(rules=(Rule("cats", When(all=("cat",)), Then(**then)),))


def _library(*extras: Extra) -> MemoryLibrary:
    return MemoryLibrary({"p/a.jpg": MemoryPhoto(b"a", extras=list(extras))})


def _on(library: MemoryLibrary) -> set[Extra]:
    return set(library.photos["p/a.jpg"].extras)


def _tagger() -> MemoryTagger:
    return MemoryTagger(says("cat", caption="asleep"))


async def test_new_rules_apply_to_photos_seen_before(house: Any) -> None:
    """Counted first, then set, with what the model said then; nothing is asked."""
    library, tagger = _library(), _tagger()
    await house.tag(library, PETS, tagger)
    policy = _policy(caption="Cat, {caption}", rating=3, albums=("Cats", "Pets"))
    preview = await house.preview(PETS, policy)
    assert {field: n.added for field, n in preview.extras.items()} == {
        CAPTION: 1,
        RATING: 1,
        ALBUM: 2,
    }
    assert preview.rewritten == 1
    run = await house.remap(library, PETS, policy)
    assert Extra(CAPTION, "Cat, asleep") in _on(library)
    assert len(_on(library)) == 4
    assert not (await house.preview(PETS, policy)).changed
    assert tagger.calls == 1
    await house.undo(library, run)
    assert _on(library) == set()


async def test_what_no_rule_sets_any_more_goes(house: Any) -> None:
    """Undo brings it back."""
    library, mine = _library(Extra(ALBUM, "Mine")), Extra(ALBUM, "Mine")
    first = await house.tag(library, PETS, _tagger(), policy=_policy(rating=3, albums=("Cats",)))
    before = _on(library)
    preview = await house.preview(PETS)
    assert {field: n.withdrawn for field, n in preview.extras.items()} == {RATING: 1, ALBUM: 1}
    second = await house.remap(library, PETS)
    assert _on(library) == {mine}
    assert house.applied[0].receipt.taken == (Extra(ALBUM, "Cats"), Extra(RATING, "3"))
    await house.undo(library, second)
    assert _on(library) == before
    await house.undo(library, first)
    assert _on(library) == {mine}


async def test_a_persons_caption_is_not_counted(house: Any) -> None:
    """It is on file from the visit."""
    library = _library(Extra(CAPTION, "Mine"))
    await house.tag(library, PETS, _tagger())
    assert not (await house.preview(PETS, _policy(caption="x"))).changed


async def test_a_caption_that_changed_unnoticed_stays(house: Any) -> None:
    """What is on file licenses nothing: the photo is looked at first."""
    library = _library()
    await house.tag(library, PETS, _tagger(), policy=_policy(caption="one"))
    library.photos["p/a.jpg"].extras = [Extra(CAPTION, "Theirs")]
    await house.remap(library, PETS, _policy(caption="two"))
    assert _on(library) == {Extra(CAPTION, "Theirs")}


async def test_a_photo_that_is_left_alone_keeps_what_it_has(house: Any) -> None:
    """As it keeps its tags."""
    library = _library()
    await house.tag(library, PETS, _tagger(), policy=_policy(rating=3))
    assert (await house.preview(PETS, _policy(leave_alone=True))).rewritten == 0
    await house.remap(library, PETS, _policy(leave_alone=True))
    assert _on(library) == {Extra(RATING, "3")}
