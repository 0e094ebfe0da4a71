"""A source is read no further ahead than the work asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from sqlalchemy import update

from tagwright.pipeline import Result
from tagwright.ports import Arrival, Listing
from tagwright.state import runs
from tagwright.state.schema import assets
from tagwright_adapters.memory import MemoryTagger, says

from .conftest import Bench
from .spender import make_library

PHOTOS, EACH, AHEAD = 60, 5, 3
IN_HAND = 15  # at most, of a tagger that takes one photo at a time


class Portions:
    """Hands over a library in portions, and counts what was asked of it."""

    def __init__(self) -> None:
        self.library = make_library(PHOTOS)
        self.handed = 0
        self._stopped = False

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield so many portions."""
        (listing,) = self.library.listings()
        for begin in range(0, PHOTOS, EACH):
            if self._stopped:
                return
            self.handed += EACH
            entries = list(listing.entries)[begin : begin + EACH]
            yield Arrival((Listing.of(listing.folder, entries),))

    def stop(self) -> None:
        """Hand over no more."""
        self._stopped = True


async def test_what_waits_is_bounded(bench: Bench) -> None:
    """However many photos there are; and all are worked on."""
    source, most = Portions(), 0
    tagger = MemoryTagger(says("cat"), concurrency=1)

    def each(_: Result) -> None:
        nonlocal most
        most = max(most, source.handed - len(bench.results))

    runner = await bench.runner(source.library, tagger, source=source, ahead=AHEAD, on_result=each)
    tally = await runner.run()
    assert (tally.tagged, tally.queued) == (PHOTOS, PHOTOS)
    assert most <= AHEAD + EACH + IN_HAND


async def test_a_run_that_is_stopped_asks_for_no_more(bench: Bench) -> None:
    """Though it waits for room at that moment."""
    source = Portions()
    tagger = MemoryTagger(says("cat"), concurrency=1)
    runner = await bench.runner(
        source.library, tagger, source=source, ahead=AHEAD, on_result=lambda _: runner.stop()
    )
    async with asyncio.timeout(20):
        await runner.run()
    assert source.handed <= AHEAD + EACH + IN_HAND


async def test_a_run_whose_work_another_takes_goes_on(bench: Bench) -> None:
    """What it waits for would never come."""
    source = Portions()
    tagger = MemoryTagger(says("cat"), concurrency=1)
    runner = await bench.runner(source.library, tagger, source=source, ahead=0)
    other = await bench.lane(lambda c: runs.begin(c, "tag", "another", {}))
    waits = (assets.c.status == "waiting") & (assets.c.run_id != other)
    theirs = update(assets).where(waits).values(run_id=other)
    taken = 0

    async def steal() -> None:
        nonlocal taken
        while source.handed < PHOTOS:
            taken += await bench.lane(lambda c: c.execute(theirs).rowcount)
            await asyncio.sleep(0)

    async with asyncio.timeout(20):
        tally, _ = await asyncio.gather(runner.run(), steal())
    assert taken > 0
    assert tally.tagged >= PHOTOS - taken
