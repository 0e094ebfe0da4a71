"""How fast a service may be asked: as the user says, and as the service says of itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiolimiter import AsyncLimiter

from tagwright.model import Usage
from tagwright.ports import Limits, Quota

_WINDOW = 10.0  # s; a minute's worth at once would be refused by services that count by seconds
_FIRST_GUESS = 2_000  # tokens of a photo, until one has been seen


class Pace:
    """Delays calls so that neither limits of a minute nor what is left of a quota is passed."""

    def __init__(
        self,
        limits: Limits,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._requests = _limiter(limits.requests_per_minute)
        self._tokens = _limiter(limits.tokens_per_minute)
        self._sleep = sleep
        self._clock = clock
        self._typical = _FIRST_GUESS  # tokens of a photo
        self._requests_left = _Left()
        self._tokens_left = _Left()

    async def turn(self) -> None:
        """Wait until another call may be made, and count it."""
        await self._room(self._requests_left, 1)
        await self._room(self._tokens_left, self._typical)
        if self._requests is not None:
            await self._requests.acquire()
        if self._tokens is not None:
            await self._tokens.acquire(min(self._typical, self._tokens.max_rate))

    def learn(self, quota: Quota | None, usage: Usage | None) -> None:
        """Take note of what a service has said of its limits, and of what an answer took."""
        now = self._clock()
        if quota is not None and quota.requests is not None:
            self._requests_left.set(quota.requests, now + quota.requests_reset)
        if quota is not None and quota.tokens is not None:
            self._tokens_left.set(quota.tokens, now + quota.tokens_reset)
        if usage is not None and (taken := usage.input_tokens + usage.output_tokens):
            self._typical = round(0.9 * self._typical + 0.1 * taken)

    async def _room(self, left: _Left, amount: int) -> None:
        while (now := self._clock()) < left.until:
            if left.amount >= amount:
                left.amount -= amount
                return
            await self._sleep(left.until - now)


class _Left:
    """What is left of something, until it is renewed."""

    def __init__(self) -> None:
        self.amount = 0
        self.until = 0.0  # s of the clock; past: not known, so taken to be enough

    def set(self, amount: int, until: float) -> None:
        self.amount, self.until = amount, until


def _limiter(per_minute: float | None) -> AsyncLimiter | None:
    if per_minute is None:
        return None
    rate = per_minute * _WINDOW / 60
    # One at least fits, however slow it is to be.
    return AsyncLimiter(rate, _WINDOW) if rate >= 1 else AsyncLimiter(1, 60 / per_minute)
