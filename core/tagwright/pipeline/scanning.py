"""Scanning a photo library in portions, and what a run would find to do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection

from tagwright.pipeline.results import Settings
from tagwright.ports import Listing, PhotoLibrary
from tagwright.state import Lane, queue, runs
from tagwright.state.owners import Owner
from tagwright.state.queue import Wish

_BATCH = 5_000  # entries compared in one transaction, about
_FOLDERS = 500  # at most


def take(listings: Iterator[Listing]) -> list[Listing]:
    """Return the next portion, empty at the end; blocking."""
    batch: list[Listing] = []
    total = 0
    for listing in islice(listings, _FOLDERS):
        batch.append(listing)
        total += len(listing)
        if total >= _BATCH:
            break
    return batch


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

    listings, queued = library.listings(), 0
    while batch := await asyncio.to_thread(take, listings):
        queued += await lane(lambda c, batch=batch: count(c, batch))  # type: ignore[misc]  # the default binds the loop variable
    return queued
