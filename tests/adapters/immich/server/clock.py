"""Time that goes on when it is told to, and work that is due at its times."""

from __future__ import annotations

import heapq
import itertools
import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

_START = datetime(2026, 11, 23, 12, tzinfo=UTC)
Span = tuple[float, float]
"""Seconds, at least and at most."""


class Clock:
    """The time of one server, and what is to happen; not for several threads at once."""

    def __init__(self, seed: int) -> None:
        """``seed`` decides how long each thing takes, and all identifiers."""
        self.now = 0.0  # s since the server began
        self.random = random.Random(seed)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    @property
    def idle(self) -> bool:
        """Whether nothing is to happen any more."""
        return not self._due

    def after(self, span: Span, work: Callable[[], None]) -> None:
        """Have something happen later."""
        due = self.now + self.random.uniform(*span)
        heapq.heappush(self._due, (due, next(self._order), work))

    def advance(self, seconds: float) -> None:
        """Let time go on, and happen what is due."""
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            self.now, _, work = heapq.heappop(self._due)
            work()
        self.now = end

    def settle(self) -> None:
        """Let time go on until nothing is to happen any more."""
        while self._due:
            self.advance(self._due[0][0] - self.now)

    def stamp(self, at: float | None = None) -> str:
        """Return a time as Immich writes it; now, if none is given."""
        moment = _START + timedelta(seconds=self.now if at is None else at)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def uuid(self) -> str:
        """Return a new identifier."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))


@cache
def seconds(stamp: str) -> float:
    """Return a time of Immich's in seconds since the server began."""
    return (datetime.fromisoformat(stamp) - _START).total_seconds()
