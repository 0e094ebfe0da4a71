"""What a person decides is what stands on the photos, whatever the order and whatever crashes."""

from __future__ import annotations

from collections.abc import Coroutine

import pytest

from tagwright.errors import ConfigurationError, StorageError, TaxonomyError
from tagwright.model import AssetRef, Choice
from tagwright.policy import Policy
from tagwright.ports import Receipt
from tagwright.state import following, ledger, suggestions
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.memory import MemoryLibrary

from .desk import TAXONOMY, Desk, album, sees

CAT, DOG, BEACH = ("Animals", "Cat"), ("Animals", "Dog"), ("Beach",)


def _tags(library: MemoryLibrary, name: str = "1.jpg") -> list[tuple[str, ...]]:
    return library.photos[f"p/{name}"].tags


async def test_accepted_becomes_a_tag_that_stays(desk: Desk) -> None:
    """It is written to each photo, and neither tagging nor judging anew takes it away."""
    library = album("1.jpg", "2.jpg")
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.ACCEPT, "beach", desk.ids("p/1.jpg"))
    assert _tags(library) == []
    await desk.follow(library)
    assert (_tags(library), _tags(library, "2.jpg")) == ([BEACH], [])
    strict = Policy(apply=0.9, review=0.8)
    await desk.remap(library, policy=strict)
    await desk.tag(library, sees(cat=0.1), policy=strict, force=True)
    await desk.remap(library, policy=strict)
    assert (_tags(library), _tags(library, "2.jpg")) == ([BEACH], [])


async def test_what_was_accepted_says_whose_it_is(desk: Desk) -> None:
    """The tag names the tagger, the model and that a person decided."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    ids = desk.ids("p/1.jpg")
    desk.decide(Choice.ACCEPT, "beach", ids)
    desk.decide(Choice.ADD, "city", ids)
    await desk.follow(library)
    with desk.database.begin() as c:
        tags = ledger.withdrawal(c, ids[0], ["beach", "city"]).tags
    assert [(tag.concept, tag.confidence, tag.tagger) for tag in tags] == [
        ("beach", 0.6, "memory, accepted by a person"),
        ("city", 1.0, "a person"),
    ]


async def test_rejected_never_returns(desk: Desk) -> None:
    """Not by another tagger, not by judging anew, and not on a copy of the photo."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.REJECT, "beach", desk.ids("p/1.jpg"))
    library.photos["q/copy.jpg"] = library.photos["p/1.jpg"]
    await desk.tag(library, sees(beach=0.99), force=True)
    await desk.remap(library, policy=Policy(apply=0.1, review=0.1))
    assert _tags(library) == []
    assert desk.groups() == ()


async def test_a_tag_of_ours_can_be_rejected_and_comes_back_with_undo(desk: Desk) -> None:
    """What was written without asking is taken away, and put back as it was."""
    library = album("1.jpg", tags=[("Mine",)])
    await desk.tag(library, sees(beach=0.95))
    batch = desk.decide(Choice.REJECT, "beach", desk.ids("p/1.jpg"))
    await desk.follow(library)
    assert _tags(library) == [("Mine",)]
    desk.undo(batch.id)
    await desk.follow(library)
    assert _tags(library) == [("Mine",), BEACH]
    await desk.remap(library)
    assert _tags(library) == [("Mine",), BEACH]
    (asset,) = desk.ids("p/1.jpg")
    with desk.database.begin() as c:
        assert ledger.standing(c, asset) == {"beach": BEACH}


async def test_refined_is_another_tag(desk: Desk) -> None:
    """The concept that was named comes, the suggested one is rejected; undo takes both back."""
    library = album("1.jpg")
    await desk.tag(library, sees(dog=0.6))
    ids = desk.ids("p/1.jpg")
    batch = desk.decide(Choice.REFINE, "animals/dog", ids, "animals/dog/puppy")
    assert (batch.photos, batch.to_concept) == (1, "animals/dog/puppy")
    await desk.follow(library)
    assert _tags(library) == [(*DOG, "Puppy")]
    await desk.remap(library, policy=Policy(apply=0.5))
    assert _tags(library) == [(*DOG, "Puppy")]
    desk.undo()
    await desk.follow(library)
    assert _tags(library) == []
    assert [one.concept for one in desk.groups()] == ["animals/dog"]


async def test_a_persons_own_tag_is_theirs(desk: Desk) -> None:
    """Nothing of ours takes it away, but undo does, with all trace of it."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.1))
    ids = desk.ids("p/1.jpg")
    batch = desk.decide(Choice.ADD, "city", ids)
    await desk.follow(library)
    await desk.tag(library, sees(beach=0.2), force=True)
    await desk.remap(library, policy=Policy(apply=0.1, review=0.1))
    assert _tags(library) == [("City",), BEACH]
    desk.undo(batch.id)
    await desk.follow(library)
    assert _tags(library) == [BEACH]
    with desk.database.begin() as c:
        assert set(suggestions.stored(c, ids)[ids[0]]) == {"beach"}


async def test_a_tag_that_a_person_typed_is_not_ours(desk: Desk) -> None:
    """Accepting what stands there already changes nothing, and undo does not take it away."""
    library = album("1.jpg", tags=[BEACH])
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.ADD, "beach", desk.ids("p/1.jpg"))
    await desk.follow(library)
    desk.undo()
    await desk.follow(library)
    assert _tags(library) == [BEACH]
    assert library.writes == 0


async def test_skipped_comes_last_until_something_changes(desk: Desk) -> None:
    """A small group goes before a larger one that was put off; a new answer brings that back."""
    library = album("1.jpg", "2.jpg", "3.jpg")
    await desk.tag(library, sees(beach=0.6))
    library.photos |= album("4.jpg").photos
    await desk.tag(library, sees(beach=0.6, city=0.6))
    ids = desk.ids("p/1.jpg", "p/2.jpg", "p/3.jpg", "p/4.jpg")
    assert [one.concept for one in desk.groups()] == ["beach", "city"]
    desk.decide(Choice.SKIP, "beach", ids)
    assert [(one.concept, one.skipped) for one in desk.groups()] == [
        ("city", False),
        ("beach", True),
    ]
    assert await desk.follow(library) == []
    await desk.tag(library, sees(beach=0.7), force=True)
    assert [(one.concept, one.skipped) for one in desk.groups()] == [("beach", False)]


async def test_decisions_are_undone_in_any_order(desk: Desk) -> None:
    """An earlier one can be taken back from under a later one, which still holds."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    ids = desk.ids("p/1.jpg")
    accepted = desk.decide(Choice.ACCEPT, "beach", ids)
    await desk.follow(library)
    rejected = desk.decide(Choice.REJECT, "beach", ids)
    await desk.follow(library)
    assert _tags(library) == []
    desk.undo(accepted.id)
    await desk.follow(library)
    assert _tags(library) == []
    desk.undo(rejected.id)
    await desk.follow(library)
    assert _tags(library) == []
    assert [one.concept for one in desk.groups()] == ["beach"]


async def test_undo_before_the_write_leaves_the_photo_alone(desk: Desk) -> None:
    """Nothing is written that is already taken back."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.ACCEPT, "beach", desk.ids("p/1.jpg"))
    desk.undo()
    await desk.follow(library)
    assert library.writes == 0
    with pytest.raises(ConfigurationError, match="no such decision"):
        desk.undo()


async def test_undo_while_the_write_is_under_way_is_not_lost(desk: Desk) -> None:
    """The write is finished, and then taken back."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.ACCEPT, "beach", desk.ids("p/1.jpg"))

    def undo(_ref: AssetRef) -> None:
        library.before_write = lambda _: None
        desk.undo()

    library.before_write = undo
    await desk.follow(library)
    assert (library.writes, _tags(library)) == (1, [])


class _KilledError(BaseException):
    """The end of the process."""


class _Crashing(MemoryLibrary):
    """Dies before anything, right before a photo is changed, or right after."""

    moment = ""

    async def write(self, ref: AssetRef, *rest: object, **more: object) -> Receipt:
        self.before_write = self._between
        return await self._die(super().write(ref, *rest, **more))  # type: ignore[arg-type]

    async def revert(self, ref: AssetRef, *rest: object, **more: object) -> Receipt:
        return await self._die(super().revert(ref, *rest, **more))  # type: ignore[arg-type]

    def _between(self, _ref: AssetRef) -> None:
        if self.moment == "between":
            raise _KilledError

    async def _die(self, work: Coroutine[object, object, Receipt]) -> Receipt:
        if self.moment == "before":
            work.close()
        else:
            await work
        raise _KilledError


@pytest.mark.parametrize("moment", ["before", "between", "after"])
async def test_a_crash_is_made_good_at_the_next_start(desk: Desk, moment: str) -> None:
    """Wherever it comes: writing, taking away and undoing all come out as decided."""
    library = album("1.jpg", tags=[("Mine",)])
    crashing = _Crashing(library.photos)
    crashing.moment = moment
    await desk.tag(library, sees(beach=0.6, dog=0.95))
    ids = desk.ids("p/1.jpg")

    async def survive() -> None:
        with pytest.raises(BaseExceptionGroup):
            await desk.follow(crashing)
        await desk.follow(library)

    desk.decide(Choice.ACCEPT, "beach", ids)
    await survive()
    assert _tags(library) == [("Mine",), DOG, BEACH]
    rejected = desk.decide(Choice.REJECT, "animals/dog", ids)
    await survive()
    assert _tags(library) == [("Mine",), BEACH]
    desk.undo(rejected.id)
    await survive()
    assert set(_tags(library)) == {("Mine",), DOG, BEACH}
    desk.undo()
    await survive()
    assert _tags(library) == [("Mine",), DOG]
    with desk.database.begin() as c:
        assert ledger.standing(c, ids[0]) == {"animals/dog": DOG}
        assert ledger.rejected(c, ids[0], "") == set()
        assert following.count(c) == 0


class _Full(MemoryLibrary):
    """Has no room."""

    async def write(self, ref: AssetRef, *rest: object, **more: object) -> Receipt:
        raise StorageError("the disk is full.")


async def test_a_photo_that_cannot_be_written_stays_due(desk: Desk) -> None:
    """It is named with the reason, hinders no other, and is written when that is possible."""
    library = album("1.jpg", "2.jpg")
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.ACCEPT, "beach", desk.ids("p/1.jpg", "p/2.jpg"))
    followed = await desk.follow(_Full(library.photos))
    assert [str(one.error) for one in followed] == [
        "p/1.jpg: the disk is full.",
        "p/2.jpg: the disk is full.",
    ]
    with desk.database.begin() as c:
        assert following.count(c) == 2
        assert following.troubles(c, 1)[0][1] == "p/1.jpg: the disk is full."
    await desk.follow(library)
    assert _tags(library) == _tags(library, "2.jpg") == [BEACH]


async def test_vanished_and_exchanged_photos_are_said(desk: Desk) -> None:
    """What is gone is no longer due; another picture under that name is not tagged."""
    library = album("1.jpg", "2.jpg")
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.ACCEPT, "beach", desk.ids("p/1.jpg", "p/2.jpg"))
    del library.photos["p/1.jpg"]
    library.photos["p/2.jpg"].picture = b"other"
    errors = [str(one.error) for one in await desk.follow(library)]
    assert errors[0].startswith("p/1.jpg:")
    assert "the picture has changed since it was seen" in errors[1]
    assert _tags(library, "2.jpg") == []
    with desk.database.begin() as c:
        assert following.count(c) == 1
    tagger = sees(beach=0.9)
    await desk.tag(library, tagger)  # takes the other picture up, though it lists as before
    assert tagger.calls == 1


async def test_concepts_that_cannot_be_tags_are_refused(desk: Desk) -> None:
    """A group, an unknown concept and a refinement to nothing are errors; nothing is recorded."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    ids = desk.ids("p/1.jpg")
    grouped = parse_taxonomy("concepts: {Things: {group: true, narrower: [Beach]}}")
    for concept, target, taxonomy in (
        ("things", None, grouped),
        ("nowhere", None, TAXONOMY),
        ("beach", "nowhere", TAXONOMY),
        ("beach", "beach", TAXONOMY),
    ):
        choice = Choice.REFINE if target else Choice.ADD
        with pytest.raises(TaxonomyError):
            desk.decide(choice, concept, ids, target, taxonomy)
    assert len(desk.groups()) == 1


async def test_a_concept_that_left_the_vocabulary_is_said(desk: Desk) -> None:
    """What was accepted cannot be written without its name."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.ACCEPT, "beach", desk.ids("p/1.jpg"))
    (one,) = await desk.follow(library, parse_taxonomy("concepts: [City]"))
    assert "no longer in the vocabulary" in str(one.error)


async def test_photos_without_the_suggestion_are_left_out(desk: Desk) -> None:
    """Only what was suggested can be accepted; what was never seen cannot be given tags."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    assert desk.decide(Choice.ACCEPT, "city", desk.ids("p/1.jpg")).photos == 0
    assert desk.decide(Choice.ADD, "city", [4711]).photos == 0


async def test_what_was_accepted_moves_with_its_concept(desk: Desk) -> None:
    """A concept that goes by another label takes along the tags that people accepted."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    ids = desk.ids("p/1.jpg")
    desk.decide(Choice.ACCEPT, "beach", ids)
    desk.decide(Choice.ADD, "city", ids)
    await desk.follow(library)
    renamed = parse_taxonomy("""
concepts:
  Places: {narrower: {Strand: {id: beach, also: [beach]}}}
  Town: {id: city}
""")
    await desk.remap(library, renamed)
    assert set(_tags(library)) == {("Places", "Strand"), ("Town",)}
    with desk.database.begin() as c:
        tags = ledger.withdrawal(c, ids[0], ["beach", "city"]).tags
    assert [tag.tagger for tag in tags] == ["memory, accepted by a person", "a person"]
    desk.undo()
    await desk.follow(library, renamed)
    assert _tags(library) == [("Places", "Strand")]
