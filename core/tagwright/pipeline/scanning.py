"""Scanning a photo library in portions, and what a run would find to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection

from tagwright.pipeline.results import Settings
from tagwright.ports import Arrival, Listing, PhotoLibrary
from tagwright.state import Lane, queue, runs
from tagwright.state.owners import Owner
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


async def survey(library: PhotoLibrary, settings: Settings, lane: Lane, owner: Owner) -> int:
    """Return how many photos a run would take up; everything is left as it was."""

    def count(connection: Connection, batch: Sequence[Listing]) -> int:
        trial = connection.begin_nested()
        try:
            queue.reclaim(connection, owner.is_alive)
            run_id = runs.begin(connection, "estimate", owner.id, {})
            wish = Wish(settings.goal, run_id, settings.force)
            return queue.compare(connection, library.name, batch, wish).queued
        finally:
            trial.rollback()

    queued = 0
    async for arrival in Scan(library).arrivals():
        queued += await lane(lambda c, batch=arrival.listings: count(c, batch))  # type: ignore[misc]  # the default binds the loop variable
    return queued
