"""Watching by looking again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from tagwright.pipeline.scanning import Scan
from tagwright.ports import Arrival, PhotoLibrary


class Rescanner:
    """A watcher that scans all of a library every few seconds."""

    def __init__(self, library: PhotoLibrary, seconds: float) -> None:
        self._library = library
        self._seconds = seconds
        self._stopped = asyncio.Event()

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield whole folders."""
        while not self._stopped.is_set():
            async for arrival in Scan(self._library).arrivals():
                yield arrival
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), self._seconds)

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
