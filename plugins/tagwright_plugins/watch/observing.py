"""What the daemon lets others see of itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

STUCK = 60.0  # s without a turn of the daemon's loop, after which it is taken to hang

TaggerState: TypeAlias = Literal["reachable", "waiting", "unknown"]


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the daemon is at one moment."""

    run_id: str
    doing: str  # in one word: starting, watching, paused, quiet, stopping
    since: float  # s since the epoch: how long it has been doing that
    beat: float  # time.monotonic() of the last turn of its loop
    watching: bool  # whether the watcher is live, so that no new photo is missed
    tagger: TaggerState = "unknown"  # waiting: it is away, and photos wait for it
    reason: str = ""  # why something waits, for people
    tally: tuple[tuple[str, int], ...] = ()  # photos of this run by what became of them

    @property
    def beat_age(self) -> float:
        """Seconds since the last turn of its loop."""
        return max(time.monotonic() - self.beat, 0.0)

    @property
    def alive(self) -> bool:
        """Whether its loop has turned lately."""
        return self.beat_age <= STUCK


Observed: TypeAlias = Callable[[], Vitals]
"""Asks the daemon how it is; quick, and from its own event loop."""
