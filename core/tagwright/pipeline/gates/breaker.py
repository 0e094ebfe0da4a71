"""The circuit breaker of a vision service: work pauses while it is down, instead of failing."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from tagwright.errors import (
    TaggerAnswerError,
    TaggerBusyError,
    TaggerRefusedError,
    TaggerUnavailableError,
)

logger = logging.getLogger(__name__)

Probe = Callable[[], Awaitable[None]]
"""Finds out for nothing whether a service is there; raises a TaggerError if it is not."""

_MOST_FAILURES = 8  # in a row, over all photos
_FIRST_PAUSE = 1.0  # s
_LONGEST_PAUSE = 60.0  # s


class ServiceDownError(TaggerUnavailableError):
    """The vision service stays away."""

    stops_run = True


class Breaker:
    """Lets calls pass as long as some succeed; after that, one at a time to try.

    It opens when eight calls in a row have failed, or one was told that there are too many.
    """

    def __init__(
        self,
        name: str,
        *,
        probe: Probe | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.successes = 0
        self._name = name
        self._probe = probe
        self._sleep = sleep
        self._clock = clock
        self._trying = asyncio.Lock()
        self._failures = 0  # without a success since
        self._failing_since: float | None = None
        self._is_open = False
        self._pause = 0.0
        self._try_at = 0.0
        self._reason = ""

    @property
    def is_open(self) -> bool:
        """Whether calls are held back."""
        return self._is_open

    @asynccontextmanager
    async def passage(self, patience: float) -> AsyncIterator[None]:
        """Wait until a call may be made. While the breaker is open, one caller at a time tries.

        Args:
            patience: How many seconds without a success are waited out; 0: do not wait, and go
                only where the time has come to try again.

        Raises:
            ServiceDownError: patience has run out.
        """
        if not self.is_open:
            self._be_patient(patience)
            yield
            return
        if not patience and (self._trying.locked() or self._try_at > self._clock()):
            raise self._down()
        async with self._trying:
            if self._holds():
                await self._wait_and_probe(patience)
                yield
                return
        yield

    def succeeded(self) -> None:
        """Note an answer, of whatever kind: the service is there."""
        self.successes += 1
        if self._is_open:
            logger.info("%s answers again", self._name)
        self._failures, self._failing_since = 0, None
        self._is_open, self._pause = False, 0.0

    def failed(self, error: TaggerUnavailableError) -> None:
        """Note that the service did not answer."""
        self._failures += 1
        self._reason = error.message
        now = self._clock()
        if self._failing_since is None:
            self._failing_since = now
        busy = isinstance(error, TaggerBusyError)
        if not self._is_open and (busy or self._failures >= _MOST_FAILURES):
            self._is_open = True
            why = "" if busy else f" after {self._failures} failures in a row"
            text = "%s is left alone for a while%s, and asked again by itself: %s"
            logger.warning(text, self._name, why, error.message)
        if self._is_open and now >= self._try_at:
            self._pause = min(max(_FIRST_PAUSE, self._pause * 2), _LONGEST_PAUSE)
            self._try_at = now + _jittered(self._pause)
        if error.retry_after is not None:
            self.close_until(now + error.retry_after, error.message)

    def close_until(self, moment: float, reason: str) -> None:
        """Let nobody pass before ``moment``, in seconds of the clock."""
        self._is_open = True
        self._reason = reason
        self._try_at = max(self._try_at, moment)
        if self._failing_since is None:
            self._failing_since = self._clock()

    async def rest(self, tries: int) -> None:
        """Wait before the same photo is tried again; longer with each of its ``tries``."""
        if not self._is_open:
            await self._sleep(_jittered(min(_FIRST_PAUSE * 2 ** (tries - 1), _LONGEST_PAUSE)))

    def _holds(self) -> bool:
        return self._is_open  # a call, as it may have changed while another one was waited for

    def _be_patient(self, patience: float) -> None:
        since = self._failing_since
        if patience and since is not None and self._clock() - since > patience:
            raise self._down()

    async def _wait_and_probe(self, patience: float) -> None:
        while True:
            now = self._clock()
            since = self._failing_since if self._failing_since is not None else now
            if self._try_at > now and self._try_at - since > patience:
                raise self._down()
            await self._sleep(max(0.0, self._try_at - now))
            if self._probe is None:
                return
            try:
                await self._probe()
            except TaggerUnavailableError as exc:
                self.failed(exc)
            except (TaggerAnswerError, TaggerRefusedError):
                return  # odd, but somebody is there; it is no fault of the photo
            else:
                return

    def _down(self) -> ServiceDownError:
        now = self._clock()
        left = self._try_at - now
        away = now - (self._failing_since or now)
        when = f" It asks to be left alone for {left:.0f} s." if left > _LONGEST_PAUSE * 2 else ""
        error = ServiceDownError(
            f"{self._name} has not answered for {away:.0f} s: {self._reason}{when}",
            cure="Nothing is lost: run the same command again when it is back.",
        )
        error.retry_after = max(0.0, left)
        return error


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing
