"""The daemons of several accounts, looked at as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tagwright.errors import TagwrightError
from tagwright_plugins.immich.assembly import Bell
from tagwright_plugins.watch.daemon import Daemon

_URGENCY = ("draining", "starting", "waiting", "paused", "live")
"""What a daemon does: what one of several does stands for all, the first of these."""


@dataclass(frozen=True, slots=True)
class Member:
    """One account with its daemon."""

    account: str
    daemon: Daemon
    bell: Bell


@dataclass(frozen=True, slots=True)
class _Sum:
    figures: Mapping[str, object]

    def as_dict(self) -> Mapping[str, object]:
        return self.figures


class Household:
    """Implements :class:`tagwright_plugins.watch.observing.Living` for several daemons."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members

    @property
    def run_id(self) -> str:
        """The runs that they are in."""
        return " ".join(filter(None, (one.daemon.run_id for one in self.members)))

    @property
    def state(self) -> str:
        """What they do; where one waits, for what, and which."""
        return _state(self._foremost())

    @property
    def since(self) -> float:
        """Since when."""
        return self._foremost().daemon.since

    @property
    def beat(self) -> float:
        """When the one that is longest ago turned its loop last."""
        return min(one.daemon.beat for one in self.members)

    @property
    def watching(self) -> bool:
        """Whether all see what arrives."""
        return all(one.daemon.watching and one.bell.trouble is None for one in self.members)

    @property
    def away(self) -> tuple[str, ...]:
        """The taggers that are taken to be down."""
        return tuple(dict.fromkeys(name for one in self.members for name in one.daemon.away))

    @property
    def trouble(self) -> TagwrightError | None:
        """What keeps one of them from its work."""
        troubles = (one.daemon.trouble or one.bell.trouble for one in self.members)
        return next(filter(None, troubles), None)

    @property
    def tally(self) -> _Sum:
        """The figures of all runs together."""
        total: Counter[str] = Counter()
        for one in self.members:
            figures = one.daemon.tally.as_dict().items()
            total.update({name: n for name, n in figures if isinstance(n, int)})
        return _Sum(dict(total))

    def _foremost(self) -> Member:
        return min(self.members, key=lambda one: _URGENCY.index(_state(one).partition(":")[0]))


def _state(member: Member) -> str:
    state, trouble = member.daemon.state, member.bell.trouble
    if state == "live" and trouble is not None:
        return f"waiting: {member.account}: {trouble.message}"
    return state
