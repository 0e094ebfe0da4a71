"""The one thread through which asynchronous code reaches the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection

from tagwright.state.database import Database

T = TypeVar("T")


class Lane:
    """Runs units of work one after the other, each in a transaction of its own.

    SQLite has one writer at a time, so one thread loses nothing and never waits for itself.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="state")

    async def __call__(self, work: Callable[[Connection], T]) -> T:
        """Run ``work(connection)`` in a transaction and return its result."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transact, work)

    def _transact(self, work: Callable[[Connection], T]) -> T:
        with self._database.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Wait for the work in hand."""
        self._thread.shutdown()
