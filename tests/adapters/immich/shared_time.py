"""One time for a server and for those who wait for it; it goes on when nobody is busy."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from tagwright_adapters.immich.patience import Patience

from .server import ImmichServer

_BREATH = 0.003  # s of real time without a request, after which nobody is busy
_PER_REQUEST = 0.005  # s, as eight at once on a small server


class SharedTime:
    """The server's clock, with those who sleep by it."""

    def __init__(self, server: ImmichServer) -> None:
        """Take over the time of a server."""
        self._server = server
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        server.per_request = _PER_REQUEST

    @property
    def patience(self) -> Patience:
        """As long as with real servers, by this time."""
        return Patience(sleep=self.sleep, clock=self.now, corrupt=timedelta.max)

    def now(self) -> float:
        """Return the time in seconds."""
        return self._server.clock.now

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now() + seconds, next(self._order), woken))
        await woken

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Let time go on within the block."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        seen = 0
        while True:
            await asyncio.sleep(_BREATH)
            self._wake()
            if seen == len(self._server.received) and self._sleepers:
                self._server.advance(max(0.0, self._sleepers[0][0] - self.now()))
                self._wake()
            seen = len(self._server.received)

    def _wake(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self.now():
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
