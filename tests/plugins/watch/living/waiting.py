"""Waiting for what is to come."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait in a test's own event loop until something is so."""
    async with asyncio.timeout(10):
        while not (met if isinstance(met := condition(), bool) else await met):
            await asyncio.sleep(0.005)


def wait_until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for other processes until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
