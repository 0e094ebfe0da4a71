"""The gate in front of a vision service: how many at once, and patience while it is down."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tagwright.errors import TaggerUnavailableError

logger = logging.getLogger(__name__)

_FIRST_PAUSE = 1.0  # s
_LONGEST_PAUSE = 60.0  # s


class Gate:
    """Lets a bounded number of calls through, and none but a probe while the service is down."""

    def __init__(
        self,
        name: str,
        concurrency: int,
        patience: float,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``patience`` is how many seconds without any success are waited out."""
        self.successes = 0
        self._name = name
        self._slots = asyncio.Semaphore(concurrency)
        self._patience = patience
        self._sleep = sleep
        self._clock = clock
        self._probing = asyncio.Lock()
        self._down_since: float | None = None
        self._pause = 0.0
        self._open_at = 0.0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a turn; while the service is down, one caller at a time probes it.

        Raises:
            TaggerUnavailableError: patience has run out; it stops the run.
        """
        async with self._slots:
            if self._is_up():
                yield
                return
            async with self._probing:
                if not self._is_up():
                    await self._wait()
                    yield
                    return
            yield

    def succeeded(self) -> None:
        """Note an answer, of whatever kind: the service is there."""
        self.successes += 1
        if self._down_since is not None:
            logger.info("%s answers again", self._name)
        self._down_since = None
        self._pause = 0.0

    def failed(self, error: TaggerUnavailableError) -> None:
        """Note that the service was not there; calls that fail together count once."""
        now = self._clock()
        if self._down_since is None:
            self._down_since = now
            logger.warning("%s does not answer, waiting for it: %s", self._name, error.message)
        if now >= self._open_at:
            self._pause = min(max(_FIRST_PAUSE, self._pause * 2), _LONGEST_PAUSE)
            jitter = random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
            self._open_at = now + self._pause * jitter
        if error.retry_after is not None:
            self._open_at = max(self._open_at, now + error.retry_after)

    def _is_up(self) -> bool:
        return self._down_since is None

    async def _wait(self) -> None:
        assert self._down_since is not None
        if max(self._open_at, self._clock()) - self._down_since > self._patience:
            raise ServiceDownError(
                f"{self._name} has not answered for {self._clock() - self._down_since:.0f} s.",
                cure="Nothing is lost: run the same command again when it is back.",
            )
        await self._sleep(max(0.0, self._open_at - self._clock()))


class ServiceDownError(TaggerUnavailableError):
    """The vision service stays away."""

    stops_run = True
