"""Queueing for a run what its source hands over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection

from tagwright.pipeline.results import Session, Tally
from tagwright.ports import Arrival, Watcher
from tagwright.state import absences, queue
from tagwright.state.queue import Seen, Wish

_LOOK_AGAIN = 3.0  # s


class Intake:
    """Compares what arrives with what is known, and queues what is new or changed."""

    def __init__(
        self,
        session: Session,
        source: Watcher,
        tally: Tally,
        taken: Callable[[], None],
        *,
        lasting: bool,
    ) -> None:
        """``taken`` is called after each arrival; ``lasting``: the run has no end of its own."""
        self._library = session.library.name
        self._lane = session.lane
        self._source = source
        self._tally = tally
        self._taken = taken
        self._lasting = lasting
        settings = session.settings
        self._wish = Wish(settings.goal, session.run_id, settings.force, lasting)
        self._unsure: list[Arrival] = []
        self._is_unsure = asyncio.Event()

    async def run(self) -> None:
        """Take in until the source ends.

        Raises:
            TagwrightError: it cannot be looked at.
        """
        looking = asyncio.create_task(self._look_again())
        try:
            async for arrival in self._source.arrivals():
                await self._take(arrival)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _take(self, arrival: Arrival) -> None:
        seen = await self._lane(lambda c: self._compare(c, arrival))
        if seen.elsewhere and self._lasting:
            self._unsure.append(arrival)
            self._is_unsure.set()
        self._tally.found += sum(map(len, arrival.listings))
        self._tally.queued += seen.queued
        self._tally.unchanged += seen.unchanged
        self._tally.elsewhere += seen.elsewhere
        self._tally.set_aside += seen.set_aside
        self._tally.gone += seen.gone
        self._taken()

    def _compare(self, connection: Connection, arrival: Arrival) -> Seen:
        listings = arrival.listings
        seen = queue.compare(connection, self._library, listings, self._wish, whole=arrival.whole)
        seen.gone += absences.miss(connection, self._library, arrival.gone)
        return seen

    async def _look_again(self) -> None:
        """Compare once more what changed while it was in hand: by us, or by somebody else."""
        while True:
            await self._is_unsure.wait()
            await asyncio.sleep(_LOOK_AGAIN)
            unsure, self._unsure = self._unsure, []
            self._is_unsure.clear()
            for arrival in unsure:
                await self._take(arrival)
