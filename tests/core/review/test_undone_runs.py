"""What becomes of answers when the tags that followed from them are undone."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagwright.calibration import evidence
from tagwright.model import Choice
from tagwright.policy import Policy
from tagwright.review import batches
from tagwright.state import Database, Lane, ledger, rejections, runs
from tagwright.state.owners import Owner
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo, Undone
from tagwright_adapters.memory import MemoryLibrary

from .desk import TAXONOMY, Desk, album, sees

BEACH, CAT, PUPPY = ("Beach",), ("Animals", "Cat"), ("Animals", "Dog", "Puppy")
EAGER = Policy(apply=0.1, review=0.1)


def _tags(library: MemoryLibrary) -> list[tuple[str, ...]]:
    return library.photos["p/1.jpg"].tags


async def _undo(desk: Desk, library: MemoryLibrary, **chosen: Any) -> str:
    found: list[Undone] = []
    run_id = await desk.lane(lambda c: runs.begin(c, "undo", desk.owner.id, {}))
    await Undo(library, desk.lane, found.append, dry_run=False).run(Chosen(**chosen), run_id)
    assert all(one.error is None for one in found)
    return run_id


def _waiting(desk: Desk) -> list[str]:
    return [one.concept for one in desk.groups()]


def _judged(desk: Desk) -> list[bool]:
    with desk.database.begin() as c:
        return [one.right for one in evidence(c, TAXONOMY)]


def _sitting(desk: Desk) -> str:
    assert desk.session is not None
    return desk.session.run_id


async def _accepted(desk: Desk, library: MemoryLibrary) -> None:
    await desk.tag(library, sees(beach=0.6))
    desk.decide(Choice.ACCEPT, "beach", desk.ids(*library.photos))
    await desk.follow(library)
    assert _tags(library) == [BEACH]


@pytest.mark.parametrize("by", ["concept", "run"])
async def test_an_accepted_tag_that_is_undone_waits_again(desk: Desk, by: str) -> None:
    """Nothing writes it again by itself, it is no rejection, and it counts for nothing."""
    library = album("1.jpg")
    await _accepted(desk, library)
    concepts = frozenset({"beach"})
    chosen: dict[str, Any] = {"concepts": concepts} if by == "concept" else {"run": _sitting(desk)}
    await _undo(desk, library, **chosen)
    assert (_tags(library), _waiting(desk)) == ([], ["beach"])
    await desk.remap(library)
    assert (await desk.follow(library), _tags(library)) == ([], [])
    with desk.database.begin() as c:
        assert evidence(c, TAXONOMY) == []
        assert ledger.rejected(c, 1, "") == set()
        assert [one.undone for one in batches(c, 9)] == [True]


async def test_the_answer_holds_again_once_the_undo_is_undone(desk: Desk) -> None:
    """There and back, as often as one likes; what is accepted stays whatever the policy."""
    library = album("1.jpg")
    await _accepted(desk, library)
    last = _sitting(desk)
    for there in (False, True, False, True):
        last = await _undo(desk, library, run=last)
        assert _tags(library) == ([BEACH] if there else [])
        assert _waiting(desk) == ([] if there else ["beach"])
    await desk.remap(library, policy=Policy(apply=0.9, review=0.8))
    assert _tags(library) == [BEACH]
    desk.undo()
    await desk.follow(library)
    assert (_tags(library), _waiting(desk)) == ([], ["beach"])


async def test_only_what_is_undone_falls(desk: Desk) -> None:
    """The answer goes on to hold on the other photos, and can still be taken back there."""
    library = album("1.jpg", "2.jpg")
    await _accepted(desk, library)
    await _undo(desk, library, under=("p/1.jpg",))
    with desk.database.begin() as c:
        assert [(one.undone, one.photos) for one in batches(c, 9)] == [(False, 2)]
    assert [one.asset_ids for one in desk.groups()] == [tuple(desk.ids("p/1.jpg"))]
    desk.undo()
    await desk.follow(library)
    assert [photo.tags for photo in library.photos.values()] == [[], []]
    assert [len(one.members) for one in desk.groups()] == [2]


async def test_a_refinement_falls_whole(desk: Desk) -> None:
    """The concept that it put aside waits again; undone in its turn, both are as they were."""
    library = album("1.jpg")
    await desk.tag(library, sees(dog=0.6))
    desk.decide(Choice.REFINE, "animals/dog", desk.ids("p/1.jpg"), "animals/dog/puppy")
    await desk.follow(library)
    undo = await _undo(desk, library, run=_sitting(desk))
    assert (_tags(library), _waiting(desk)) == ([], ["animals/dog"])
    await _undo(desk, library, run=undo)
    assert (_tags(library), _waiting(desk)) == ([PUPPY], [])
    await desk.remap(library, policy=EAGER)
    assert _tags(library) == [PUPPY]


async def test_a_rejection_falls_with_the_tag_that_comes_back(desk: Desk) -> None:
    """Else the tag would stand there and be unwanted."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.95))
    desk.decide(Choice.REJECT, "beach", desk.ids("p/1.jpg"))
    await desk.follow(library)
    undo = await _undo(desk, library, run=_sitting(desk))
    assert _tags(library) == [BEACH]
    with desk.database.begin() as c:
        assert rejections.photos(c, "memory", ["p"]) == []
    await desk.remap(library)
    assert _tags(library) == [BEACH]
    await _undo(desk, library, run=undo)
    await desk.remap(library, policy=EAGER)
    assert _tags(library) == []


async def test_a_tag_of_ones_own_goes_and_comes_back(desk: Desk) -> None:
    """With the suggestion that was made of it, whatever the taggers say meanwhile."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.1))
    desk.decide(Choice.ADD, "animals/cat", desk.ids("p/1.jpg"))
    await desk.follow(library)
    undo = await _undo(desk, library, run=_sitting(desk))
    await desk.remap(library)
    assert (_tags(library), _waiting(desk)) == ([], [])
    await _undo(desk, library, run=undo)
    await desk.remap(library, policy=EAGER)
    assert set(_tags(library)) == {CAT, BEACH}


async def test_what_was_said_since_falls_with_the_undo_of_the_undo(desk: Desk) -> None:
    """All is as it was before the undo; undone once more, all is as it was then."""
    library = album("1.jpg")
    await _accepted(desk, library)
    undo = await _undo(desk, library, run=_sitting(desk))
    desk.decide(Choice.REJECT, "beach", desk.ids("p/1.jpg"))
    last = await _undo(desk, library, run=undo)
    await desk.remap(library)
    assert (_tags(library), _judged(desk)) == ([BEACH], [True])
    await _undo(desk, library, run=last)
    await desk.remap(library, policy=EAGER)
    assert (_tags(library), _judged(desk), _waiting(desk)) == ([], [False], [])


async def test_a_tag_that_stood_before_it_was_accepted_counts_as_withdrawn(desk: Desk) -> None:
    """It was written without asking: undone, it does not wait, and is no rejection."""
    library = album("1.jpg")
    await desk.tag(library, sees(beach=0.95))
    desk.decide(Choice.ADD, "beach", desk.ids("p/1.jpg"))
    await desk.follow(library)
    undo = await _undo(desk, library, concepts=frozenset({"beach"}))
    assert (_tags(library), _waiting(desk)) == ([], [])
    await _undo(desk, library, run=undo)
    await desk.remap(library, policy=Policy(apply=0.99, review=0.98))
    assert _tags(library) == [BEACH]


class _KilledError(BaseException):
    """The end of the process."""


class _Dying(MemoryLibrary):
    """Dies right after it has changed a photo."""

    async def revert(self, *arguments: Any, **options: Any) -> Any:
        await super().revert(*arguments, **options)
        raise _KilledError


async def test_a_crash_in_the_middle_loses_no_answer(desk: Desk) -> None:
    """The next visit sees what the undo did, and lets the answer fall with it."""
    library = album("1.jpg")
    await _accepted(desk, library)
    with pytest.raises(BaseExceptionGroup):
        await _undo(desk, _Dying(library.photos), under=("p",))
    assert _tags(library) == []
    await desk.tag(library, sees(beach=0.7), force=True)
    assert (_tags(library), _waiting(desk)) == ([], ["beach"])
    await desk.remap(library)
    assert _tags(library) == []


NAMES = ("1.jpg", "2.jpg")
DOG = "animals/dog"
answers = st.tuples(
    st.sampled_from([Choice.ACCEPT, Choice.REJECT, Choice.ADD, Choice.REFINE, Choice.SKIP]),
    st.sampled_from(["beach", DOG]),
    st.sets(st.sampled_from(NAMES), min_size=1),
)
undos = st.fixed_dictionaries(
    {},
    optional={
        "concepts": st.sets(st.sampled_from(["beach", DOG, "city"]), min_size=1).map(frozenset),
        "under": st.sampled_from([("p/1.jpg",), ("p",)]),
    },
)


def _state(desk: Desk, library: MemoryLibrary) -> tuple[Any, ...]:
    """Return all that an undo may change."""
    with desk.database.begin() as c:
        query = c.exec_driver_sql
        return (
            {name: set(photo.tags) for name, photo in library.photos.items()},
            query("SELECT id FROM decisions WHERE undone_at IS NULL ORDER BY id").all(),
            query("SELECT content_key, concept FROM rejections ORDER BY 1, 2").all(),
            query("SELECT asset_id, concept, outcome FROM suggestions ORDER BY 1, 2").all(),
        )


async def _there_and_back(script: list[Any], chosen: dict[str, Any], desk: Desk) -> None:
    library = album(*NAMES, tags=[("Mine",)])
    await desk.tag(library, sees(dog=0.95, beach=0.6))
    for choice, concept, names in script:
        ids = desk.ids(*(f"p/{name}" for name in names))
        add = choice is Choice.ADD
        target = "city" if choice is Choice.REFINE else None
        desk.decide(choice, "city" if add else concept, ids, target)
        await desk.follow(library)
    before = _state(desk, library)
    undo = await _undo(desk, library, **chosen)
    between = {name: set(photo.tags) for name, photo in library.photos.items()}
    await desk.follow(library)
    assert {name: set(photo.tags) for name, photo in library.photos.items()} == between
    await _undo(desk, library, run=undo)
    assert _state(desk, library) == before
    await _undo(desk, library, **chosen)
    await desk.remap(library, policy=Policy(apply=0.99, review=0.01))
    after = {name: set(photo.tags) for name, photo in library.photos.items()}
    assert all(after[name] <= between[name] for name in after)


@given(st.lists(answers, max_size=5), undos)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_there_and_back_changes_nothing(script: list[Any], chosen: dict[str, Any]) -> None:
    """Whatever was answered and whatever is undone; and nothing undone is written anew."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "t.db")
        lane, owner = Lane(database), Owner(Path(folder) / "owners")
        try:
            asyncio.run(_there_and_back(script, chosen, Desk(database, lane, owner)))
        finally:
            lane.close()
            owner.close()
            database.close()
