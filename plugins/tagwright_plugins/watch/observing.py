"""What the daemon lets others see of itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from tagwright.errors import TagwrightError

STUCK = 60.0  # s without a turn of the daemon's loop, after which it is taken to hang

TaggerState: TypeAlias = Literal["reachable", "waiting", "unknown"]


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the daemon is at one moment."""

    run_id: str
    doing: str  # in one word: starting, live, waiting, paused, draining
    since: float  # s since the epoch: how long it has been doing that
    beat: float  # time.monotonic() of the last turn of its loop
    watching: bool  # whether the watcher is live, so that no new photo is missed
    tagger: TaggerState = "unknown"  # waiting: it is away, and photos wait for it
    reason: str = ""  # why something waits, for people
    trouble: TagwrightError | None = None  # what all photos wait for, where it is an error
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


class Figured(Protocol):
    """The figures of a run."""

    def as_dict(self) -> Mapping[str, object]:
        """Return them by name."""


class Living(Protocol):
    """What of the daemon is looked at."""

    @property
    def run_id(self) -> str:
        """The run that it is in."""

    @property
    def state(self) -> str:
        """What it does, in one word; behind a colon for what it waits."""

    @property
    def since(self) -> float:
        """Since when, in seconds since the epoch."""

    @property
    def beat(self) -> float:
        """When its loop last turned, by time.monotonic()."""

    @property
    def watching(self) -> bool:
        """Whether it sees what arrives."""

    @property
    def away(self) -> tuple[str, ...]:
        """The taggers that are taken to be down."""

    @property
    def trouble(self) -> TagwrightError | None:
        """What keeps it from all photos; None: nothing does."""

    @property
    def tally(self) -> Figured:
        """The figures of its run."""


def observe(daemon: Living) -> Vitals:
    """Return how a daemon is."""
    doing, _, reason = daemon.state.partition(":")
    taggers: TaggerState = "waiting" if daemon.away else "reachable"
    figures = daemon.tally.as_dict().items()
    return Vitals(
        run_id=daemon.run_id,
        doing=doing,
        since=daemon.since,
        beat=daemon.beat,
        watching=daemon.watching,
        tagger="unknown" if doing == "starting" else taggers,
        reason=reason.strip(),
        trouble=daemon.trouble,
        tally=tuple((name, count) for name, count in figures if isinstance(count, int)),
    )
