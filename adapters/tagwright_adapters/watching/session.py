"""What both ways of following a folder have in common: reading it, and what went from it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from tagwright.errors import ConfigurationError
from tagwright.ports import Arrival, Listing
from tagwright_adapters.watching.options import WatchOptions
from tagwright_adapters.watching.presence import Presence
from tagwright_adapters.watching.tree import Tree

Give = Callable[[Arrival], Awaitable[None]]


class Alarm:
    """Wakes who follows a folder, and tells when to stop."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self.stopped = False

    def ring(self) -> None:
        """Wake them now, or if they are awake, as soon as they sleep; in the loop's thread."""
        self._rung.set()

    def ringer(self) -> Callable[[], None]:
        """Return what does the same from any thread."""
        loop = asyncio.get_running_loop()

        def ring() -> None:
            if not self._rung.is_set():
                loop.call_soon_threadsafe(self._rung.set)

        return ring

    def stop(self) -> None:
        """Wake them for good."""
        self.stopped = True
        self.ring()

    async def sleep(self, seconds: float) -> None:
        """Sleep until it rings, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()


@dataclass(frozen=True, slots=True)
class Place:
    """A root that is followed, and where to hand what comes to rest in it."""

    tree: Tree
    presence: Presence
    options: WatchOptions
    alarm: Alarm
    give: Give

    async def batches(
        self, folder: str, entering: Callable[[str], object] | None = None
    ) -> AsyncIterator[list[Listing]]:
        """Yield what lies in a folder and below, nothing if it is not there."""
        read = self.tree.read(folder, entering)
        with suppress(ConfigurationError):
            while batch := await asyncio.to_thread(next, read, None):
                yield batch

    async def hand(self, listings: Iterable[Listing], *, whole: bool) -> None:
        """Hand listings on, if there are any."""
        if listings := tuple(listings):
            await self.give(Arrival(listings, whole))

    async def hand_vanished(self, found: set[str], *, is_other: bool) -> None:
        """After everything was read, name the folders that held photos before.

        ``is_other`` says that the disk is another one than before, which says nothing of the
        earlier one.
        """
        if is_other:
            self.tree.found(found)
        elif not self.alarm.stopped and await asyncio.to_thread(self.presence.is_same):
            absent = await asyncio.to_thread(self.presence.absent)
            vanished = await asyncio.to_thread(self.tree.vanished, found, absent)
            await self.hand(vanished, whole=True)

    @property
    def root(self) -> str:
        """The path of the root."""
        return os.fspath(self.tree.root)
