"""What people do to our tags in the host is learned from, like what they answer."""

from __future__ import annotations

import pytest

from tagwright.calibration import Judged, evidence, stops
from tagwright.errors import ConfigurationError
from tagwright.model import Choice
from tagwright.review import batches
from tagwright_adapters.memory import MemoryLibrary

from .desk import TAXONOMY, Desk, album, sees

BEACH, CAT = ("Beach",), ("Animals", "Cat")


def _judged(desk: Desk) -> set[tuple[str, float, bool]]:
    """Return concept, confidence and whether it was right; none of it twice."""
    with desk.database.begin() as c:
        found = evidence(c, TAXONOMY)
    judged = {(one.concept, one.confidence, one.right) for one in found}
    assert len(judged) == len(found)
    assert {(one.tagger, one.label) for one in found} <= {
        ("memory", one[0].rpartition("/")[2]) for one in judged
    }
    return judged


@pytest.fixture
async def library(desk: Desk) -> MemoryLibrary:
    """Two photos with three tags of ours each."""
    library = album("1.jpg", "2.jpg")
    await desk.tag(library, sees(cat=0.92, beach=0.95, city=0.97))
    assert [len(photo.tags) for photo in library.photos.values()] == [3, 3]
    return library


async def _visit(desk: Desk, library: MemoryLibrary) -> None:
    await desk.tag(library, sees(cat=0.92, beach=0.95, city=0.97), force=True)


async def test_a_tag_deleted_there_was_wrong_and_those_left_were_right(
    desk: Desk, library: MemoryLibrary
) -> None:
    """However often the photo is visited; a photo from which nothing was deleted says nothing."""
    library.photos["p/1.jpg"].tags.remove(CAT)
    for _ in range(3):
        await _visit(desk, library)
        assert _judged(desk) == {
            ("animals/cat", 0.92, False),
            ("beach", 0.95, True),
            ("city", 0.97, True),
        }
    library.photos["q/copy.jpg"] = library.photos["p/1.jpg"]
    await _visit(desk, library)
    assert len(_judged(desk)) == 3


async def test_an_answer_goes_before_what_was_left_standing(
    desk: Desk, library: MemoryLibrary
) -> None:
    """A tag that was rejected in the review was wrong, though it was left in the host."""
    library.photos["p/1.jpg"].tags.remove(CAT)
    await _visit(desk, library)
    desk.decide(Choice.REJECT, "beach", desk.ids("p/1.jpg"))
    assert ("beach", 0.95, False) in _judged(desk)


async def test_what_was_renamed_or_moved_there_says_nothing(
    desk: Desk, library: MemoryLibrary
) -> None:
    """It does not count as a mistake, nor as an answer to the tags beside it."""
    tags = library.photos["p/1.jpg"].tags
    tags[tags.index(CAT)] = ("Pets", "Cat")
    await _visit(desk, library)
    assert _judged(desk) == set()


async def test_a_tag_that_was_put_back_was_not_wrong(desk: Desk, library: MemoryLibrary) -> None:
    """Then neither are the others right."""
    library.photos["p/1.jpg"].tags.remove(CAT)
    await _visit(desk, library)
    library.photos["p/1.jpg"].tags.append(CAT)
    await _visit(desk, library)
    assert _judged(desk) == set()


async def test_the_last_word_counts_wherever_it_was_said(desk: Desk) -> None:
    """Accepted, then deleted in the host: wrong; it is no answer, and stays when one is undone."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.6))
    accepted = desk.decide(Choice.ACCEPT, "beach", desk.ids("p/1.jpg"))
    await desk.follow(library)
    assert _judged(desk) == {("beach", 0.6, True)}
    library.photos["p/1.jpg"].tags.clear()
    await desk.tag(library, sees(beach=0.6), force=True)
    assert _judged(desk) == {("beach", 0.6, False)}
    with desk.database.begin() as c:
        assert [one.id for one in batches(c, 9)] == [accepted.id]
    desk.undo()
    await desk.follow(library)
    assert (library.photos["p/1.jpg"].tags, desk.groups()) == ([], ())
    with pytest.raises(ConfigurationError, match="no such decision"):
        desk.undo()


async def test_a_persons_own_tag_is_nobodys_mistake(desk: Desk, library: MemoryLibrary) -> None:
    """Whether they delete it or leave it standing."""
    desk.decide(Choice.ADD, "animals/dog", desk.ids("p/1.jpg"))
    desk.decide(Choice.ADD, "animals/dog/puppy", desk.ids("p/1.jpg"))
    await desk.follow(library)
    library.photos["p/1.jpg"].tags.remove(("Animals", "Dog"))
    await _visit(desk, library)
    assert {one[0] for one in _judged(desk)} == {"animals/cat", "beach", "city"}


def test_a_label_is_not_stopped_for_what_was_deleted() -> None:
    """Of tags that were written, only the wrong ones are seen to go."""
    wrong = [Judged("t", "beach", 0.9, right=False, label="sea", asked=False) for _ in range(9)]
    assert stops(wrong) == []
    assert len(stops([Judged("t", "beach", 0.9, right=False, label="sea")] * 5)) == 1
