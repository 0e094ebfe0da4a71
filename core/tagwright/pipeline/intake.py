"""Queueing for a run what its source hands over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection

from tagwright.pipeline.backlog import Backlog
from tagwright.pipeline.results import Session, Tally
from tagwright.pipeline.sites import Sites
from tagwright.ports import Arrival, Listing, Watcher
from tagwright.state import absences, queue
from tagwright.state.queue import Seen, Wish

_LOOK_AGAIN = 3.0  # s


class Intake:
    """Compares what arrives with what is known, and queues what is new or changed."""

    def __init__(  # noqa: PLR0917 - a source, and all that hears of it
        self,
        session: Session,
        sites: Sites,
        source: Watcher,
        tally: Tally,
        taken: Callable[[], None],
        backlog: Backlog,
        *,
        lasting: bool,
    ) -> None:
        """Make one that has not begun.

        Args:
            session: Of the run.
            sites: Says what is wanted of which asset.
            source: Says what is there.
            tally: Of the run.
            taken: Is called after each arrival.
            backlog: Says when there is room for another one.
            lasting: Whether the run has no end of its own.
        """
        self._library = session.library.name
        self._lane = session.lane
        self._source = source
        self._tally = tally
        self._taken = taken
        self._backlog = backlog
        self._lasting = lasting
        self._sites = sites
        self._wishes = [_wish(one, lasting=lasting) for one in sites.sessions]
        self._unsure: list[Listing] = []
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
                await self._backlog.room()
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _take(self, arrival: Arrival) -> None:
        seen = await self._lane(lambda c: self._compare(c, arrival))
        unsure = [listing for one in seen for listing in one.unsure]
        if self._lasting and unsure:
            self._unsure += unsure
            self._is_unsure.set()
        self._tally.found += sum(map(len, arrival.listings))
        for one in seen:
            self._tally.queued += one.queued
            self._tally.unchanged += one.unchanged
            self._tally.elsewhere += one.elsewhere
            self._tally.set_aside += one.set_aside
            self._tally.gone += one.gone
        self._taken()

    def _compare(self, connection: Connection, arrival: Arrival) -> list[Seen]:
        parts = zip(self._wishes, self._sites.parted(arrival.listings), strict=True)
        return [
            Seen(gone=absences.miss(connection, self._library, arrival.gone)),
            *(
                queue.compare(connection, self._library, listings, wish, whole=arrival.whole)
                for wish, listings in parts
                if listings
            ),
        ]

    async def _look_again(self) -> None:
        """Compare once more what changed while it was in hand: by us, or by somebody else."""
        while True:
            await self._is_unsure.wait()
            await asyncio.sleep(_LOOK_AGAIN)
            unsure, self._unsure = self._unsure, []
            self._is_unsure.clear()
            await self._take(Arrival(tuple(unsure)))


def _wish(session: Session, *, lasting: bool) -> Wish:
    settings = session.settings
    return Wish(settings.goal, session.run_id, settings.force, lasting, session.own)
