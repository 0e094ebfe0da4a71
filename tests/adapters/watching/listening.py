"""Somebody who listens to a watcher, and files of any age."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tagwright.ports import Arrival
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.watching import FolderWatcher
from tagwright_adapters.watching.stability import Patience

PATIENT = 20.0  # seconds until a test gives up
QUICK = Patience(closed=0.05, open=0.4)
OLD = 1_600_000_000.0  # a modification time long ago


Listen = Callable[..., AbstractAsyncContextManager["Listener"]]


class Listener:
    """Listens to a watcher and keeps what it heard."""

    def __init__(self, watcher: FolderWatcher) -> None:
        self.watcher = watcher
        self.arrivals: list[Arrival] = []
        self._heard = asyncio.Condition()

    async def listen(self) -> None:
        async for arrival in self.watcher.arrivals():
            async with self._heard:
                self.arrivals.append(arrival)
                self._heard.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is true, which only an arrival can make so."""
        async with asyncio.timeout(PATIENT), self._heard:
            await self._heard.wait_for(condition)

    async def sees(self, *paths: Path) -> None:
        await self.until(lambda: {to_reference(path) for path in paths} <= set(self.named()))

    async def misses(self, *paths: Path) -> None:
        await self.until(lambda: {to_reference(path) for path in paths} <= self.gone())

    def named(self) -> list[str]:
        """The references that were named, each as often as it was."""
        return named(self.arrivals)

    def gone(self) -> set[str]:
        return {reference for arrival in self.arrivals for reference in arrival.gone}

    def emptied(self) -> set[str]:
        return {
            listing.folder
            for arrival in self.arrivals
            if arrival.whole
            for listing in arrival.listings
            if not listing
        }

    def sizes_of(self, path: Path) -> list[int]:
        """The sizes with which a file was named."""
        return [
            entry.size
            for arrival in self.arrivals
            for listing in arrival.listings
            for entry in listing.entries
            if listing.folder + entry.name == to_reference(path)
        ]


def named(arrivals: Sequence[Arrival]) -> list[str]:
    """The references that arrivals name, each as often as they do."""
    return [
        listing.folder + name
        for arrival in arrivals
        for listing in arrival.listings
        for name in listing.names
    ]


def put(path: Path, size: int = 10, *, age: float = OLD) -> Path:
    """Make a file at one stroke, modified at ``age``; 0: now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    if age:
        os.utime(path, (age, age))
    return path


async def said(caplog: pytest.LogCaptureFixture, text: str) -> None:
    """Wait until the log says something."""
    async with asyncio.timeout(PATIENT):
        while text not in caplog.text:
            await asyncio.sleep(0.005)
