"""The gate in front of a vision service, which all workers that ask it pass through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tagwright.errors import TaggerUnavailableError
from tagwright.model import Usage
from tagwright.pipeline.gates.breaker import Breaker, Probe
from tagwright.pipeline.gates.pace import Pace
from tagwright.ports import Limits, Quota

_UNLIMITED = Limits()


class Gate:
    """Lets through so many calls at once, at such a pace, and none but a try while it is down."""

    def __init__(
        self,
        name: str,
        concurrency: int,
        limits: Limits = _UNLIMITED,
        *,
        title: str = "",
        probe: Probe | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make the gate of an account.

        Args:
            name: By which its pauses are remembered.
            concurrency: The number of calls at once.
            limits: What the user says that it takes.
            title: As people call it; the name, if none is given.
            probe: Finds out for nothing whether it is there.
            sleep: As :func:`asyncio.sleep`.
            clock: As :func:`time.monotonic`.
        """
        self.name = name
        self._clock = clock
        self._slots = asyncio.Semaphore(concurrency)
        self._pace = Pace(limits, sleep=sleep, clock=clock)
        self._breaker = Breaker(title or name, probe=probe, sleep=sleep, clock=clock)

    @property
    def successes(self) -> int:
        """How many answers there have been."""
        return self._breaker.successes

    @property
    def is_closed(self) -> bool:
        """Whether the service is taken to be down."""
        return self._breaker.is_open

    @asynccontextmanager
    async def slot(self, patience: float) -> AsyncIterator[None]:
        """Wait for a turn; ``patience`` is how many seconds without an answer are waited out.

        Raises:
            ServiceDownError: patience has run out; it stops the run.
        """
        async with self._slots:
            await self._pace.turn()
            async with self._breaker.passage(patience):
                yield

    def succeeded(self, usage: Usage | None = None) -> None:
        """Note an answer, of whatever kind, and what it took."""
        self._pace.learn(None, usage)
        self._breaker.succeeded()

    def failed(self, error: TaggerUnavailableError) -> None:
        """Note that the service was not there, or is busy."""
        self._breaker.failed(error)

    def told(self, quota: Quota | None) -> None:
        """Note what the service says of its limits."""
        self._pace.learn(quota, None)

    def close_for(self, seconds: float, reason: str) -> None:
        """Let nobody through for a while."""
        self._breaker.close_until(self._clock() + seconds, reason)

    async def rest(self, tries: int) -> None:
        """Wait before the same photo is tried again."""
        await self._breaker.rest(tries)
