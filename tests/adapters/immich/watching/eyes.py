"""A watcher that is listened to, with a memory and without a queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence, Set
from contextlib import asynccontextmanager

from tagwright.ports import Listing
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.models import Asset as Found
from tagwright_adapters.immich.watching import ImmichWatcher, Position, WatchOptions

NEVER = WatchOptions(interval=3600.0, soon=0.01)
OFTEN = WatchOptions(interval=1.0, soon=0.01)
HASTE = WatchOptions(interval=0.005, soon=0.005)


class Memory:
    """What is known of an account, kept in memory; takes up all that it is told of."""

    def __init__(self) -> None:
        self.at: Position | None = None
        self.taken: dict[str, int] = {}  # by asset: when it changed last
        self.handed: list[str] = []
        self.untagged: set[str] = set()
        self.left: list[Listing] = []
        self.looks = 0  # that were begun
        self.changes = 0  # that were told

    async def position(self) -> Position | None:
        return self.at

    async def keep(self, position: Position) -> None:
        self.at = Position.parse(str(position))
        self.changes += 1

    async def known(self, assets: Collection[str]) -> Set[str]:
        return self.taken.keys() & set(assets)

    async def unfinished(self) -> AsyncIterator[Listing]:
        for listing in self.left:
            yield listing

    def seen(self, assets: Sequence[Found], untagged: Set[str]) -> None:
        self.untagged |= {asset.id for asset in assets} & untagged

    async def before_looking(self) -> None:
        self.looks += 1

    def take(self, listing: Listing) -> None:
        """Take up what changed, as the queue does."""
        for entry in listing.entries:
            if self.taken.get(entry.name) != entry.modified:
                self.taken[entry.name] = entry.modified
                self.handed.append(entry.name)


class Eyes:
    """A watcher that is listened to."""

    def __init__(self, memory: Memory, watcher: ImmichWatcher) -> None:
        self.memory = memory
        self.watcher = watcher
        self._some = asyncio.Condition()

    def troubled(self) -> bool:
        """Say whether something keeps it from looking."""
        return self.watcher.trouble is not None

    async def listen(self) -> None:
        async for arrival in self.watcher.arrivals():
            async with self._some:
                for listing in arrival.listings:
                    self.memory.take(listing)
                self._some.notify_all()

    async def handed(self, count: int) -> list[str]:
        """Return what was handed over, once it is so much."""
        async with asyncio.timeout(10), self._some:
            await self._some.wait_for(lambda: len(self.memory.handed) >= count)
        return self.memory.handed


@asynccontextmanager
async def watching(
    client: ImmichClient, memory: Memory, options: WatchOptions = OFTEN
) -> AsyncIterator[Eyes]:
    """Listen to a watcher for the length of the block."""
    eyes = Eyes(memory, ImmichWatcher(client, memory, options))
    listening = asyncio.create_task(eyes.listen())
    yield eyes
    eyes.watcher.stop()
    await listening


async def look(client: ImmichClient, memory: Memory) -> None:
    """Look once, and to the end."""
    done = memory.looks + 2
    async with watching(client, memory, HASTE), asyncio.timeout(10):
        while memory.looks < done:
            await asyncio.sleep(0.001)


async def begun(client: ImmichClient) -> Memory:
    """Return the memory of an account that was looked at once, with nothing handed over."""
    memory = Memory()
    await look(client, memory)
    assert memory.handed == []
    return memory
