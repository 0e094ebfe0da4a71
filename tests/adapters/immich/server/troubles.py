"""What goes wrong between Immich and those who ask it, as planned or by chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.adapters.loopback import Received


@dataclass(frozen=True)
class Trouble:
    """A request that is not answered as it should be."""

    status: int = 503
    retry_after: int | None = None  # s
    done: bool = False  # the work was done, and only the answer lost
    cut: bool = False  # the connection breaks instead


Plan = Callable[[Received], Trouble | None]
"""Says what goes wrong with a request."""

KINDS = (
    Trouble(500),
    Trouble(502),
    Trouble(503),
    Trouble(429, retry_after=1),
    Trouble(502, done=True),
    Trouble(cut=True),
    Trouble(cut=True, done=True),
)


def in_turn(troubles: Iterable[Trouble | None], path: str = "") -> Plan:
    """Plan for each request whose path contains this in turn; afterwards all is well."""
    waiting = iter(troubles)
    return lambda received: next(waiting, None) if path in received.path else None


def at_random(seed: int, rate: float, kinds: tuple[Trouble, ...] = KINDS) -> Plan:
    """Plan by chance: ``rate`` is the share of requests that go wrong."""
    chance = random.Random(seed)
    return lambda received: chance.choice(kinds) if chance.random() < rate else None
