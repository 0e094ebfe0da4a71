"""A run over a photo library in memory, with the real state, mapping and policy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.core.pipeline.life import Life

from tagwright.errors import TagwrightError
from tagwright.pipeline import Result, Runner, Session, Settings
from tagwright.pipeline.bursts import BurstBounds
from tagwright.pipeline.consulting.chains import Chain
from tagwright.pipeline.purse import Budget
from tagwright.policy import Policy
from tagwright.ports import PhotoLibrary, Tagger, Watcher
from tagwright.privacy import Guard
from tagwright.state import Database, Lane, runs
from tagwright.state.owners import Owner
from tagwright.taxonomy import Taxonomy, parse_taxonomy

VOCABULARY = """
name: Test
language: en
concepts:
  Animals:
    narrower:
      Cat:
        also: [kitten]
      Dog:
  Beach:
  Car:
"""


@dataclass(slots=True)
class Bench:
    """Makes runs that share one database."""

    lane: Lane
    owner: Owner
    taxonomy: Taxonomy
    results: list[Result] = field(default_factory=list)
    run_ids: list[str] = field(default_factory=list)

    async def runner(
        self,
        library: PhotoLibrary,
        *taggers: Tagger,
        policy: Policy | None = None,
        dry_run: bool = False,
        force: bool = False,
        patience: float = 300.0,
        bursts: BurstBounds | None = BurstBounds(),  # noqa: B008 - frozen
        guard: Guard | None = None,
        chains: Sequence[Chain] = (),
        reask: bool = False,
        budget: Budget | None = None,
        same_run: bool = False,
        on_result: Callable[[Result], None] = lambda _: None,
        source: Watcher | None = None,
        ahead: int | None = None,
        trouble: Callable[[TagwrightError], None] | None = None,
    ) -> Runner:
        """Make a run that has not begun."""
        settings = Settings(
            self.taxonomy,
            policy or Policy(),
            taggers,
            "test",
            dry_run=dry_run,
            force=force,
            patience=patience,
            bursts=bursts,
            guard=guard or Guard(),
            chains=chains,
            reask=reask,
            budget=budget or Budget(),
        )
        if not (same_run and self.run_ids):
            new = await self.lane(lambda c: runs.begin(c, "tag", self.owner.id, {}))
            self.run_ids.append(new)
        run_id = self.run_ids[-1]
        self.results.clear()

        def report(result: Result) -> None:
            self.results.append(result)
            on_result(result)

        session = Session(
            *(library, settings, self.lane, self.owner, run_id),
            source=None if source is None else lambda _: source,
            ahead=ahead,
        )
        return Runner(session, report, trouble=trouble)


@contextmanager
def _opened(folder: Path) -> Iterator[Bench]:
    database = Database(folder / "t.db")
    lane = Lane(database)
    owner = Owner(folder / "owners")
    yield Bench(lane, owner, parse_taxonomy(VOCABULARY, source="test"))
    lane.close()
    owner.close()
    database.close()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """A new database and a small vocabulary."""
    with _opened(tmp_path) as made:
        yield made


@pytest.fixture
def open_bench() -> Callable[[Path], AbstractContextManager[Bench]]:
    """Make a new one in a folder, for each example of a property."""
    return _opened


@pytest.fixture
def life(bench: Bench) -> Life:
    """An empty library."""
    return Life(bench)
