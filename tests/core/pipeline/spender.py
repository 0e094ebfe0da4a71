"""Runs over photos in memory that cost money."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from tagwright.model import Answer, Facts, Observation, Quote, Rendition, Usage
from tagwright.pipeline import Budget, Result, Runner, Session, Settings
from tagwright.policy import Policy
from tagwright.state import costs, runs, spending
from tagwright.state.spending import Caps
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger

from .conftest import Bench

CENT = Decimal("0.01")
CAT = Observation("cat", 0.95)


def make_library(count: int, name: str = "p") -> MemoryLibrary:
    """Return so many photos."""
    return MemoryLibrary(
        {f"{name}/{n:03d}.jpg": MemoryPhoto(f"{name}{n}".encode()) for n in range(count)}
    )


def make_quote(most: Decimal) -> Quote:
    """Return a price that may be that much at most."""
    return Quote(most / 4, most / 2, most)


def costing(cost: Decimal | None) -> Callable[[Rendition, Facts], Answer]:
    """Return a script that sees a cat in each picture, at that price."""
    usage = Usage(requests=1, input_tokens=1_000, output_tokens=100, cost=cost)
    return lambda _rendition, _facts: Answer((CAT,), "m", usage=usage)


@dataclass(slots=True)
class Spender:
    """Runs with a budget on one database."""

    bench: Bench
    results: list[Result] = field(default_factory=list)

    async def run(
        self,
        library: MemoryLibrary,
        *taggers: MemoryTagger,
        caps: Caps | None = None,
        unknown_prices: bool = True,
        attempts: int = 2,
        force: bool = False,
    ) -> Runner:
        bench = self.bench
        budget = Budget(caps or Caps(), unknown_prices=unknown_prices)
        chosen = Settings(
            bench.taxonomy,
            Policy(),
            taggers,
            "test",
            budget=budget,
            attempts=attempts,
            force=force,
        )
        run_id = await bench.lane(lambda c: runs.begin(c, "tag", bench.owner.id, {}))
        bench.run_ids.append(run_id)
        session = Session(library, chosen, bench.lane, bench.owner, run_id)
        runner = Runner(session, self.results.append)
        async with asyncio.timeout(60):
            await runner.run()
        return runner

    async def spent(self) -> costs.Costs:
        return await self.bench.lane(lambda c: costs.of_run(c, self.bench.run_ids[-1]))

    async def committed(self) -> Decimal:
        run_id = self.bench.run_ids[-1]
        return (await self.bench.lane(lambda c: spending.committed(c, run_id, time.time())))["run"]
