"""Scanning a photo library in portions, and what a run would find to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import islice

from sqlalchemy import Connection

from tagwright.pipeline.results import Session, Tally
from tagwright.ports import Arrival, Listing, PhotoLibrary, Watcher
from tagwright.state import queue, runs
from tagwright.state.queue import Wish

_BATCH = 5_000  # entries compared in one transaction, about
_FOLDERS = 500  # at most


class Scan:
    """A watcher that looks once: it hands over all that is there, in portions, and ends."""

    def __init__(self, library: PhotoLibrary) -> None:
        self._library = library
        self._stopped = False

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield whole folders."""
        listings = self._library.listings()
        while not self._stopped and (batch := await asyncio.to_thread(_take, listings)):
            yield Arrival(batch, whole=True)

    def stop(self) -> None:
        """Look no further."""
        self._stopped = True


def _take(listings: Iterator[Listing]) -> tuple[Listing, ...]:
    """Return the next portion, empty at the end; blocking."""
    batch: list[Listing] = []
    total = 0
    for listing in islice(listings, _FOLDERS):
        batch.append(listing)
        total += len(listing)
        if total >= _BATCH:
            break
    return tuple(batch)


def source_of(session: Session, tally: Tally) -> Watcher:
    """Return what says what is there, for a run with these figures."""
    return Scan(session.library) if session.source is None else session.source(tally)


async def survey(session: Session) -> int:
    """Return how many photos a run would take up; everything is left as it was."""
    settings, owner, library = session.settings, session.owner, session.library.name

    def count(connection: Connection, arrival: Arrival) -> int:
        trial = connection.begin_nested()
        try:
            queue.reclaim(connection, owner.is_alive)
            run_id = runs.begin(connection, "estimate", owner.id, {})
            wish = Wish(settings.goal, run_id, settings.force)
            found = arrival.listings
            return queue.compare(connection, library, found, wish, whole=arrival.whole).queued
        finally:
            trial.rollback()

    tally = Tally()
    async for arrival in source_of(session, tally).arrivals():
        tally.queued += await session.lane(lambda c, one=arrival: count(c, one))  # type: ignore[misc]  # the default binds the loop variable
    return tally.queued
