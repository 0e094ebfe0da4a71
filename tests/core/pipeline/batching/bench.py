"""Photos, a service of batches in memory, and runs that share one database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tagwright.model import Answer, Observation, Usage
from tagwright.pipeline import Runner, Session, Settings, Tally
from tagwright.pipeline.batching import BatchLane, BatchOptions, Step
from tagwright.policy import Policy
from tagwright.state import Lane, batches, runs, spending
from tagwright.state.owners import Owner
from tagwright.state.schema import calls as calls_table
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.memory import MemoryLibrary, says
from tagwright_adapters.memory_batches import MemoryBatches, MemoryBatchTagger

PRICE = Decimal("0.01")
HALF = Decimal("0.005")
CAT = ("Animals", "Cat")
VOCABULARY = "name: Test\nlanguage: en\nconcepts:\n  Animals:\n    narrower:\n      Cat:\n"


def answered(custom: str, cost: Decimal = HALF) -> Answer:
    """Return an answer at the price of batches."""
    return Answer((Observation("cat", 0.95),), "memory", usage=Usage(1, 100, 10, cost))


@dataclass(slots=True)
class Bench:
    """Photos, a service, and runs of the lane that share one database."""

    lane: Lane
    owners: Path
    taxonomy: Taxonomy
    library: MemoryLibrary
    service: MemoryBatches
    run_id: str = ""
    slept: float = 0.0

    @property
    def tagger(self) -> MemoryBatchTagger:
        return MemoryBatchTagger(says("cat"), self.service, price=PRICE)

    async def session(self, owner: Owner, **settings: Any) -> Session:
        frozen = Settings(self.taxonomy, Policy(), [self.tagger], "test", **settings)
        self.run_id = await self.lane(lambda c: runs.begin(c, "tag", owner.id, {}))
        return Session(self.library, frozen, self.lane, owner, self.run_id)

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        await asyncio.sleep(0)

    def clock(self) -> float:
        return self.slept

    async def batch(
        self, *, stop_at: int | None = None, owner: Owner | None = None, **settings: Any
    ) -> BatchLane:
        """Run the lane as a process of its own, or as ``owner``, which lives on.

        ``stop_at`` is the look at a batch at which it is stopped.
        """
        process = owner or Owner(self.owners)
        session = await self.session(process, **settings)
        options = BatchOptions(sleep=self.sleep, clock=self.clock)
        steps: list[Step] = []

        def tell(step: Step) -> None:
            steps.append(step)
            if len(steps) == stop_at:
                made.stop()

        made = BatchLane(session, {"memory": self.service}, lambda _b: self.service, options, tell)
        try:
            await made.run(lambda _tally: None, lambda _result: None)
        finally:
            if owner is None:
                process.close()
        return made

    async def tag(self, *, later: bool = True) -> Tally:
        """Run the ordinary lane."""
        owner = Owner(self.owners)
        session = await self.session(owner, later=frozenset(("memory",)) if later else frozenset())
        tally = await Runner(session, lambda _result: None).run()
        owner.close()
        return tally

    async def spent(self) -> Decimal:
        """What all calls took, which is also what is set aside in the end."""
        total = int(await self.lane(lambda c: c.scalar(select(func.sum(calls_table.c.cost)))) or 0)
        return Decimal(total) / spending.NANO

    async def statuses(self) -> list[str]:
        return [one.status for one in await self.lane(lambda c: batches.recent(c, 100))]
