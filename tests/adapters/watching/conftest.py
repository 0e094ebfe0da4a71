"""What the tests of watching share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.adapters.watching.listening import PATIENT, QUICK, Listen, Listener

from tagwright_adapters.watching import FolderWatcher, WatchOptions


@pytest.fixture
def listen() -> Listen:
    """Return what watches folders as long as it is entered; stopped and awaited at its end."""

    @asynccontextmanager
    async def listening(
        *roots: Path, options: WatchOptions | None = None, known: Iterable[str] = ()
    ) -> AsyncIterator[Listener]:
        given = options or WatchOptions(presence=0.2, patience=QUICK)
        listener = Listener(FolderWatcher(roots, given, known=known))
        task = asyncio.create_task(listener.listen())
        try:
            yield listener
        finally:
            listener.watcher.stop()
            async with asyncio.timeout(PATIENT):
                await task

    return listening
