"""What people did to our tags is told apart: deleted, refined, claimed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path as File

import pytest
from sqlalchemy import Connection

from tagwright.feedback import Learned, compare, learn, renounced
from tagwright.model import AssetRef, ExtraField, Facts, Tag
from tagwright.pipeline.asking import facts_key
from tagwright.ports import Receipt
from tagwright.state import Database, Lane, ledger, queue, runs, visits
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.memory import MemoryTagger, says

CAT = ("Animals", "Cat")
DOG = ("Animals", "Dog")
OURS = {"cat": CAT}
ANIMALS = parse_taxonomy(
    "name: Animals\nlanguage: en\nconcepts:\n  Animals:\n    narrower:\n      Cat: {id: cat}\n"
)


def _compare(*now: tuple[str, ...], ours: Mapping[str, tuple[str, ...]] | None = None) -> Learned:
    return compare(ours or OURS, Facts("", tags=now), before=[("Pets", "Old")])


def test_what_stands_there_is_ours() -> None:
    """Whatever people added beside it."""
    learned = _compare(CAT, ("Pets", "Cat"))
    assert (learned.left, bool(learned)) == (OURS, False)


def test_gone_is_deleted() -> None:
    """Though people's tags of before, and new ones elsewhere, are there."""
    learned = _compare(("Pets", "Old"), ("Holidays", "2024"))
    assert (learned.deleted, learned.refined) == (OURS, {})


@pytest.mark.parametrize("new", [("Pets", "Cat"), ("Cat",), ("Animals", "CAT"), ("Animals", "Tom")])
def test_moved_respelt_or_renamed_is_refined(new: tuple[str, ...]) -> None:
    """The same last label elsewhere, or the only new one in its place."""
    learned = _compare(new)
    assert learned.refined == {"cat": (CAT, new)}
    assert learned.deleted == {}


def test_two_new_ones_in_one_place_are_no_renaming() -> None:
    """Which one it became cannot be told."""
    assert _compare(("Animals", "Cow"), ("Animals", "Tom")).deleted == OURS


def test_two_gone_and_one_new_is_no_renaming() -> None:
    """Likewise."""
    both = {"cat": CAT, "dog": DOG}
    assert _compare(("Animals", "Tom"), ours=both).deleted == both


def test_a_flat_keyword_in_place_of_another_is_no_renaming() -> None:
    """They have no parent in common that would say so."""
    assert _compare(("Holiday",), ours={"cat": ("Cat",)}).deleted == {"cat": ("Cat",)}


def test_a_tag_that_a_person_wrote_too_is_theirs() -> None:
    """It stands there, and is no longer ours."""
    learned = compare(OURS, Facts("", tags=(CAT,), claimed=(CAT,)))
    assert (learned.left, learned.claimed) == ({}, OURS)


def test_what_a_person_claims_costs_no_new_answer() -> None:
    """Nor does what could not be looked at: neither shapes what a tagger says."""
    tagger = MemoryTagger(says("cat"))
    tagger.reads_facts = True
    plain, unseen = Facts("a.jpg"), frozenset({ExtraField.ALBUM})
    claiming = Facts("a.jpg", unseen=unseen, claimed=(CAT,))
    assert facts_key(tagger, plain) == facts_key(tagger, claiming)


@pytest.fixture
async def lane(tmp_path: File) -> AsyncIterator[Lane]:
    """A new database in which one asset has a tag of ours."""
    database = Database(tmp_path / "t.db")
    lane = Lane(database)
    ref = AssetRef("memory", "p/a.jpg")
    receipt = Receipt((Tag("cat", CAT),), (), (), "p/a.jpg")

    def fill(c: Connection) -> None:
        queue.enter(c, ref, 1, 1)
        run = runs.begin(c, "tag", "me", {})
        ledger.confirm(c, ledger.intend(c, run, 1, receipt))
        visits.keep(c, 1, Facts("a.jpg"), {})

    await lane(fill)
    yield lane
    lane.close()
    database.close()


async def _visit(lane: Lane, *tags: tuple[str, ...]) -> tuple[dict[str, tuple[str, ...]], set[str]]:
    def work(c: Connection) -> tuple[dict[str, tuple[str, ...]], set[str]]:
        learn(c, 1, "key", Facts("a.jpg", tags=tags))
        return ledger.standing(c, 1), ledger.rejected(c, 1, "key")

    return await lane(work)


async def test_a_refinement_does_not_come_back_and_is_no_plain_rejection(lane: Lane) -> None:
    """The old concept stays away; the source says what it became."""
    assert await _visit(lane, ("Pets", "Cat")) == ({}, {"cat"})
    rows = await lane(lambda c: c.exec_driver_sql("SELECT source FROM rejections").all())
    assert [tuple(row) for row in rows] == [("made Pets/Cat in the library",)]


async def test_what_a_person_deleted_and_wrote_again_is_theirs(lane: Lane) -> None:
    """The rejection is lifted, and the tag is not ours any more."""
    assert await _visit(lane) == ({}, {"cat"})
    again = Facts("a.jpg", tags=(CAT,))
    assert [(await lane(lambda c: learn(c, 1, "key", again))).put_back for _ in range(2)] == [
        OURS,
        {},
    ]
    # The visit that saw it was cut short here, and then they take it away for good.
    gone = await lane(lambda c: renounced(c, 1, Facts("a.jpg"), ANIMALS))
    assert gone == {"cat"}
