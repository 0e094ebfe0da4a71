"""Whatever people decide, in whatever order: the photos end as the decisions in force say."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagwright.model import Choice
from tagwright.policy import Policy
from tagwright.state import Database, Lane
from tagwright.state.owners import Owner

from .desk import TAXONOMY, Desk, album, sees

NAMES = ("1.jpg", "2.jpg")
HUMAN = ("Mine",)
APPLIED, WAITING, OTHER = "animals/dog", "beach", "city"

steps = st.one_of(
    st.tuples(
        st.sampled_from([Choice.ACCEPT, Choice.REJECT, Choice.SKIP]),
        st.sampled_from([APPLIED, WAITING]),
        st.sets(st.sampled_from(NAMES), min_size=1),
    ),
    st.tuples(
        st.sampled_from([Choice.ADD, Choice.REFINE]),
        st.just(WAITING),
        st.sets(st.sampled_from(NAMES), min_size=1),
    ),
    st.tuples(st.just("undo"), st.integers(0, 9), st.none()),
    st.tuples(st.sampled_from(["follow", "tag", "remap"]), st.none(), st.none()),
)


class _Model:
    """What should be: the answers in force, the newest last."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, dict[str, dict[str, bool]]]] = []

    def answer(self, batch: str, choice: Choice, concept: str, names: set[str]) -> None:
        effect = {choice: {}, Choice.ACCEPT: {concept: True}, Choice.REJECT: {concept: False}}
        effect |= {Choice.ADD: {OTHER: True}, Choice.REFINE: {concept: False, OTHER: True}}
        said = {} if choice is Choice.SKIP else effect[choice]
        self.answers.append((batch, {name: dict(said) for name in names}))

    def wanted(self, name: str, concept: str) -> bool | None:
        found = [said[name][concept] for _, said in self.answers if concept in said.get(name, {})]
        return found[-1] if found else None

    def tags(self, name: str) -> set[tuple[str, ...]]:
        by_default = {APPLIED: True, WAITING: False, OTHER: False}
        wanted = {
            concept: default if (said := self.wanted(name, concept)) is None else said
            for concept, default in by_default.items()
        }
        return {HUMAN, *(TAXONOMY.path(concept) for concept, holds in wanted.items() if holds)}


async def _play(script: list[tuple[object, object, object]], folder: Path) -> None:
    database = Database(folder / "t.db")
    lane, owner = Lane(database), Owner(folder / "owners")
    try:
        await _act(script, Desk(database, lane, owner))
    finally:
        lane.close()
        owner.close()
        database.close()


async def _act(script: list[tuple[object, object, object]], desk: Desk) -> None:
    library, model = album(*NAMES, tags=[HUMAN]), _Model()
    said = {"dog": 0.95, "beach": 0.6}
    await desk.tag(library, sees(**said))
    for what, argument, names in script:
        if what == "undo":
            assert isinstance(argument, int)
            if model.answers:
                batch, _ = model.answers.pop(argument % len(model.answers))
                desk.undo(batch)
        elif what == "follow":
            await desk.follow(library)
        elif what == "tag":
            await desk.tag(library, sees(**said), force=True)
        elif what == "remap":
            await desk.remap(library, policy=Policy(apply=0.8))
        else:
            assert isinstance(what, Choice)
            assert isinstance(names, set)
            ids = desk.ids(*(f"p/{name}" for name in names))
            concept = OTHER if what is Choice.ADD else str(argument)
            target = OTHER if what is Choice.REFINE else None
            batch = desk.decide(what, concept, ids, target).id
            model.answer(batch, what, str(argument), names)
    await desk.follow(library)
    expected = {name: model.tags(name) for name in NAMES}
    assert {name: set(library.photos[f"p/{name}"].tags) for name in NAMES} == expected
    await desk.tag(library, sees(**said), force=True)
    await desk.remap(library, policy=Policy(apply=0.8))
    assert {name: set(library.photos[f"p/{name}"].tags) for name in NAMES} == expected
    rejected = {n for n in NAMES if model.wanted(n, WAITING) is False}
    decided = {n for n in NAMES if model.wanted(n, WAITING) is not None}
    await desk.remap(library, policy=Policy(apply=0.1, review=0.05))
    path = TAXONOMY.path(WAITING)
    on = {name for name in NAMES if path in library.photos[f"p/{name}"].tags}
    assert on == set(NAMES) - rejected
    assert {name for name in decided if name in on} == decided - rejected


@given(st.lists(steps, max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_photos_end_as_decided(script: list[tuple[object, object, object]]) -> None:
    """No tag too many, none too few; what people typed stays; what was rejected stays away."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(script, Path(folder)))
