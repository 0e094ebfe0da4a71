"""Looks for what is new or changed, when it is told of something and now and then by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from tagwright.errors import TagwrightError
from tagwright.ports import Arrival, Listing
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichError
from tagwright_adapters.immich.watching.looking import Looker, survey
from tagwright_adapters.immich.watching.memory import NEVER, Memory, Position
from tagwright_adapters.immich.watching.pacing import Pace

_MOST = 10_000  # announced assets that are held; what is beyond is found by looking


_SELDOM = 5  # looks to one at the archive, where nothing happens and that is another request


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How an account is watched."""

    interval: float = 60.0  # s between two looks for what no event told
    soon: float = 0.3  # s between looks for what is announced, and not ready


class ImmichWatcher:
    """Implements :class:`tagwright.ports.Watcher` for one account.

    All lanes lead to one: webhooks and the websocket only say that there is something, and what it
    is, is looked up. So nothing that they say is trusted, and what they miss is found all the same.
    What was there before the first look is never handed over unless it is known.
    """

    def __init__(
        self,
        client: ImmichClient,
        memory: Memory,
        options: WatchOptions | None = None,
    ) -> None:
        """Make one that has not looked yet; whoever made the client closes it."""
        options = options or WatchOptions()
        self._memory = memory
        self._client = client
        self._looker = Looker(client, memory)
        self._pace = Pace(options.interval, options.soon)
        self._newest = NEVER  # change that was seen
        self._announced: set[str] = set()
        self._is_stirred = False  # whether anything was announced since the last look
        self._looks = 0
        self._woken = asyncio.Event()
        self._stopping = False

    @property
    def trouble(self) -> TagwrightError | None:
        """What kept it from its last look; None: nothing did."""
        return self._pace.trouble

    def announce(self, ids: Iterable[str]) -> None:
        """Look soon, as there may be something about these assets."""
        for one in ids:
            if len(self._announced) < _MOST:
                self._announced.add(one)
        self._woken.set()

    def stop(self) -> None:
        """Look at nothing more."""
        self._stopping = True
        self._woken.set()

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield what was left unfinished; then what is new and ready, and what changed."""
        position = None
        while not self._stopping:
            try:
                await self._memory.before_looking()
                if position is None:
                    async for listing in self._memory.unfinished():
                        yield Arrival((listing,))
                    position = await self._begun()
                newest, late, new = position.read, list[datetime](), False
                whole = self._is_stirred or self._looks % _SELDOM == 0
                self._looks, self._is_stirred = self._looks + 1, False
                async for look in self._looker.look(position, whole=whole):
                    newest, new = max(newest, look.newest), new or look.new
                    late += [] if look.late is None else [look.late]
                    if look.entries:
                        yield Arrival((Listing.of("", look.entries),))
                position = await self._further(position, newest, late)
                self._pace.well(new=new)
            except ImmichError as exc:
                self._pace.failed(exc)
            await self._rest()

    async def _begun(self) -> Position:
        position = await self._memory.position()
        if position is None:
            position = await survey(self._client)
            await self._memory.keep(position)
        return position

    async def _further(
        self, before: Position, newest: datetime, late: Sequence[datetime]
    ) -> Position:
        """Keep the position, also where it stays while something is waited for."""
        after = before.past(min([newest, *late]))
        if after != before or newest > max(before.read, self._newest):
            self._newest = newest
            await self._memory.keep(after)
        return after

    async def _rest(self) -> None:
        """Wait until it is time for another look."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        awaited = len(self._looker.awaited())
        due = begun + self._pace.pause(awaited, self._looker.in_vain())
        while not self._stopping and loop.time() < due:
            self._woken.clear()
            if self._announced:
                announced, self._announced = self._announced, set()
                self._is_stirred = True
                new = await self._looker.expect(announced)
                earliest = loop.time() + self._pace.soon
                due = min(due, max(begun + self._pace.announced(new), earliest))
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._woken.wait()
