"""Judging anew: what changes, what stays, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from tagwright.model import AssetRef
from tagwright.policy import Policy
from tagwright.ports import NOTHING, Intend, Receipt, Withdrawal
from tagwright.state import waiting
from tagwright.state.visits import Selection
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

PETS = """
concepts:
  Animals: {narrower: [Cat, Dog]}
  Beach:
"""
RENAMED = """
concepts:
  Pets:
    id: animals
    narrower:
      House cat: {id: animals/cat, also: [cat]}
  Beach:
"""
WITHOUT_CAT = "concepts: [Dog, Beach, Sofa]"


def _library(*names: str, tags: tuple[tuple[str, ...], ...] = ()) -> MemoryLibrary:
    return MemoryLibrary(
        {f"p/{name}": MemoryPhoto(name.encode(), list(tags)) for name in names or ("1.jpg",)}
    )


def _tags(library: MemoryLibrary, name: str = "1.jpg") -> list[tuple[str, ...]]:
    return library.photos[f"p/{name}"].tags


async def test_a_renamed_concept_moves_without_a_question(house: Any) -> None:
    """Our tag under the old path goes, the new one comes, and the tagger is not asked."""
    library, tagger = _library(), MemoryTagger(says("cat"))
    await house.tag(library, PETS, tagger)
    assert _tags(library) == [("Animals", "Cat")]
    await house.remap(library, RENAMED)
    assert _tags(library) == [("Pets", "House cat")]
    assert tagger.calls == 1


async def test_a_label_that_had_no_concept_gets_one(house: Any) -> None:
    """What was said before is enough once the vocabulary knows the word."""
    library = _library("1.jpg", "2.jpg")
    await house.tag(library, PETS, MemoryTagger(says("cat", "sofa")))
    preview = await house.preview(WITHOUT_CAT)
    counts = {path: (n.added, n.withdrawn, n.kept) for path, n in preview.changes()}
    assert counts == {("Animals", "Cat"): (0, 2, 0), ("Sofa",): (2, 0, 0)}
    await house.remap(library, WITHOUT_CAT)
    assert _tags(library) == _tags(library, "2.jpg") == [("Sofa",)]


async def test_twice_is_once(house: Any) -> None:
    """Judging anew a second time finds nothing to do and writes nothing."""
    library = _library("1.jpg", "2.jpg")
    await house.tag(library, PETS, MemoryTagger(says("cat", "beach")))
    await house.remap(library, RENAMED)
    writes = library.writes
    assert not (await house.preview(RENAMED)).changed
    await house.remap(library, RENAMED)
    assert library.writes == writes


async def test_nothing_changes_where_nothing_changed(house: Any) -> None:
    """Right after tagging, all is as the vocabulary says."""
    library = _library()
    await house.tag(library, PETS, MemoryTagger(says("cat", "elephant", confidence=0.9)))
    preview = await house.preview(PETS)
    assert (preview.photos, list(preview.changed)) == (1, [])
    assert [n.kept for n in preview.tags.values()] == [1]


async def test_a_persons_tag_is_neither_added_nor_taken(house: Any) -> None:
    """What stood there before us stays, even where our vocabulary no longer has it."""
    library = _library(tags=(("Animals", "Cat"), ("Mine",)))
    await house.tag(library, PETS, MemoryTagger(says("cat", "beach")))
    await house.remap(library, WITHOUT_CAT)
    assert _tags(library) == [("Animals", "Cat"), ("Mine",), ("Beach",)]


async def test_what_a_person_deleted_does_not_come_back(house: Any) -> None:
    """A deletion that nobody had noticed yet counts when the photo is about to change."""
    library = _library()
    await house.tag(library, PETS, MemoryTagger(says("cat", "beach", "sofa")))
    library.photos["p/1.jpg"].tags.remove(("Beach",))
    library.photos["p/1.jpg"].touch()
    await house.remap(library, WITHOUT_CAT)
    assert _tags(library) == [("Sofa",)]
    await house.remap(library, PETS)
    assert _tags(library) == [("Animals", "Cat")]


async def test_undo_brings_back_what_was_taken(house: Any) -> None:
    """The way back from judging anew is exact, and so is the way back from the first run."""
    library = _library(tags=(("Mine",),))
    first = await house.tag(library, PETS, MemoryTagger(says("cat", "beach", "sofa")))
    before = list(_tags(library))
    second = await house.remap(library, WITHOUT_CAT)
    assert _tags(library) == [("Mine",), ("Beach",), ("Sofa",)]
    await house.undo(library, second)
    assert sorted(_tags(library)) == sorted(before)
    await house.undo(library, first)
    assert _tags(library) == [("Mine",)]


async def test_undoing_the_first_run_leaves_what_the_second_brought(house: Any) -> None:
    """Each run takes back only what it wrote and what still stands."""
    library = _library()
    first = await house.tag(library, PETS, MemoryTagger(says("cat", "beach", "sofa")))
    await house.remap(library, WITHOUT_CAT)
    await house.undo(library, first)
    assert _tags(library) == [("Sofa",)]


async def test_a_tag_put_back_by_a_person_is_theirs(house: Any) -> None:
    """Once we took a tag back, the same word by a person's hand is not ours to undo."""
    library = _library()
    first = await house.tag(library, PETS, MemoryTagger(says("cat", "beach")))
    await house.remap(library, WITHOUT_CAT)
    library.photos["p/1.jpg"].tags.append(("Animals", "Cat"))
    library.photos["p/1.jpg"].touch()
    await house.undo(library, first)
    assert _tags(library) == [("Animals", "Cat")]


async def test_another_threshold_moves_tags_to_the_review_queue(house: Any) -> None:
    """A preview says how many; applying it takes the tags back and lets them wait."""
    library = _library()
    await house.tag(library, PETS, MemoryTagger(says("cat", confidence=0.85)))
    strict = Policy(apply=0.9)
    preview = await house.preview(PETS, strict)
    assert (preview.review_before, preview.review_after, preview.rewritten) == (0, 1, 1)
    await house.remap(library, PETS, strict)
    assert _tags(library) == []
    assert await house.lane(waiting.counts) == {"animals/cat": 1}
    await house.remap(library, PETS)
    assert _tags(library) == [("Animals", "Cat")]
    assert await house.lane(waiting.counts) == {}


async def test_only_the_queue_changes_without_a_look_at_the_photo(house: Any) -> None:
    """Where no tag comes or goes, the library is left alone: the disk may even be away."""
    library = _library()
    await house.tag(library, PETS, MemoryTagger(says("cat", confidence=0.6)))
    library.photos.clear()
    await house.remap(library, PETS, Policy(apply=0.9, review=0.7))
    assert [one.error for one in house.applied] == [None]
    assert await house.lane(waiting.counts) == {}


async def test_an_identifier_may_change_without_a_write(house: Any) -> None:
    """The same path under another identifier is the same tag to every reader."""
    library = _library()
    await house.tag(library, PETS, MemoryTagger(says("cat")))
    given = "concepts: {Animals: {narrower: {Cat: {id: felis}}}}"
    await house.remap(library, given)
    assert (library.writes, _tags(library)) == (1, [("Animals", "Cat")])
    await house.remap(library, WITHOUT_CAT)
    assert _tags(library) == []


async def test_a_photo_that_is_gone_is_said_and_forgotten(house: Any) -> None:
    """The others are done, and the next time it is not missed again."""
    library = _library("1.jpg", "2.jpg")
    await house.tag(library, PETS, MemoryTagger(says("cat")))
    del library.photos["p/1.jpg"]
    await house.remap(library, WITHOUT_CAT)
    assert sum(one.error is not None for one in house.applied) == 1
    assert _tags(library, "2.jpg") == []
    assert (await house.preview(WITHOUT_CAT)).photos == 1


async def test_another_picture_under_the_name_is_left_for_tagging(house: Any) -> None:
    """What was said of the old picture says nothing of the new one."""
    library = _library()
    await house.tag(library, PETS, MemoryTagger(says("cat")))
    library.photos["p/1.jpg"].picture = b"another"
    await house.remap(library, WITHOUT_CAT)
    assert _tags(library) == [("Animals", "Cat")]
    assert "tagwright tag" in str(house.applied[0].error)
    tagger = MemoryTagger(says("cat"))
    await house.tag(library, PETS, tagger)  # takes it up, though it lists as before
    assert tagger.calls == 1


async def test_a_crash_after_taking_back_is_settled(house: Any) -> None:
    """The intention was recorded first: what is gone from the photo is gone from the ledger."""

    class Killed(BaseException):
        pass

    class Dying(MemoryLibrary):
        async def write(
            self,
            ref: AssetRef,
            tags: Any,
            intend: Intend,
            withdraw: Withdrawal = NOTHING,
            extras: Any = (),
        ) -> Receipt:
            await super().write(ref, tags, intend, withdraw, extras)
            raise Killed

    library = _library()
    await house.tag(library, PETS, MemoryTagger(says("cat")))
    with pytest.raises(BaseExceptionGroup):
        await house.remap(Dying(library.photos), "concepts: [Dog]")
    assert _tags(library) == []
    await house.remap(library, "concepts: [Dog]")
    await house.remap(library, PETS)
    assert _tags(library) == [("Animals", "Cat")]


async def test_a_selection_by_place_or_label(house: Any) -> None:
    """Only photos below a folder, or of which a label was said, are judged."""
    library = MemoryLibrary({"a/1": MemoryPhoto(b"1"), "a/b/2": MemoryPhoto(b"2")})
    library.photos["ab/3"] = MemoryPhoto(b"3")
    await house.tag(library, PETS, MemoryTagger(says("cat")))

    async def judged(**selection: tuple[str, ...]) -> int:
        preview = await house.preview(PETS, None, Selection("memory", **selection))
        return int(preview.photos)

    assert await judged() == 3
    assert await judged(under=("a",)) == 2
    assert await judged(under=("a/b/2", "ab")) == 2
    assert await judged(labels=("cat",)) == 3
    assert await judged(labels=("dog",)) == 0


async def test_a_moved_photo_keeps_its_ledger(house: Any) -> None:
    """Under its new name, too, our tags are ours: judged anew and taken back."""
    library, tagger = _library(), MemoryTagger(says("cat", "beach"))
    first = await house.tag(library, PETS, tagger)
    library.photos["q/new.jpg"] = library.photos.pop("p/1.jpg")
    await house.tag(library, PETS, tagger)
    assert (tagger.calls, library.writes) == (1, 1)
    await house.remap(library, "concepts: [Dog, Beach]")
    assert library.photos["q/new.jpg"].tags == [("Beach",)]
    await house.undo(library, first)
    assert library.photos["q/new.jpg"].tags == []


async def test_a_tag_deleted_before_the_move_stays_away(house: Any) -> None:
    """The person's decision is seen when the photo turns up under its new name."""
    library = _library()
    await house.tag(library, PETS, MemoryTagger(says("cat", "beach")))
    moved = library.photos.pop("p/1.jpg")
    moved.tags.remove(("Beach",))
    library.photos["q/new.jpg"] = moved
    await house.tag(library, PETS, MemoryTagger(says("cat", "beach")))
    assert moved.tags == [("Animals", "Cat")]


async def test_a_copy_is_a_photo_of_its_own(house: Any) -> None:
    """The tags that it was copied with are nobody's but its owner's; the first keeps its ledger."""
    library = _library()
    first = await house.tag(library, PETS, MemoryTagger(says("cat")))
    library.photos["q/copy.jpg"] = MemoryPhoto(b"1.jpg", [("Animals", "Cat")])
    await house.tag(library, PETS, MemoryTagger(says("cat")))
    await house.undo(library, first)
    assert _tags(library) == []
    assert library.photos["q/copy.jpg"].tags == [("Animals", "Cat")]
