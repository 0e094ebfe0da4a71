"""What is worth a word to a person, and when: each trouble once, and never a flood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

RARELY = 3600.0  # s between two notices of one kind that count things
_AGAIN = 600.0  # s before a trouble that went and came back is told again


class Kind(StrEnum):
    """What a notice is about."""

    SET_ASIDE = "set aside"  # photos that will not be tried again by themselves
    TAGGER_AWAY = "tagger away"
    BUDGET = "budget"
    DISK = "disk"  # full, read-only, not permitted
    STARTED = "started"  # after trouble
    STOPPED = "stopped"  # because of trouble


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to a person."""

    kind: Kind
    message: str  # a sentence
    over: bool = False  # whether the trouble has passed
    count: int = 1  # how many things it is about


@dataclass(slots=True)
class _Trouble:
    message: str
    tell_at: float
    told: bool = False


@dataclass(slots=True)
class _Counted:
    message: str = ""
    count: int = 0
    tell_at: float = 0.0


class Notices:
    """Decides what is told when. All times are seconds on one steady clock, handed in."""

    def __init__(self) -> None:
        self._ready: list[Notice] = []
        self._troubles: dict[Kind, _Trouble] = {}
        self._ended: dict[Kind, float] = {}
        self._counted: dict[Kind, _Counted] = {}

    def note(self, kind: Kind, message: str) -> None:
        """Tell something at once."""
        self._ready.append(Notice(kind, message))

    def begins(self, kind: Kind, message: str, now: float, *, after: float = 0.0) -> None:
        """Take note of a trouble; it is told once, when it has lasted for ``after`` seconds."""
        if kind not in self._troubles:
            settled = self._ended.get(kind, now - _AGAIN) + _AGAIN
            self._troubles[kind] = _Trouble(message, max(now + after, settled))

    def ends(self, kind: Kind, message: str, now: float) -> None:
        """Take note that a trouble has passed, which is told only if the trouble itself was."""
        trouble = self._troubles.pop(kind, None)
        if trouble is not None and trouble.told:
            self._ready.append(Notice(kind, message, over=True))
            self._ended[kind] = now

    def counts(self, kind: Kind, message: str, count: int, now: float) -> None:
        """Count some more: the first are told at once, others together once an hour."""
        counted = self._counted.setdefault(kind, _Counted(tell_at=now))
        counted.count += count
        counted.message = message

    def due(self, now: float) -> list[Notice]:
        """Hand over what is to be told now."""
        due, self._ready = self._ready, []
        for kind, trouble in self._troubles.items():
            if not trouble.told and trouble.tell_at <= now:
                trouble.told = True
                due.append(Notice(kind, trouble.message))
        for kind, counted in self._counted.items():
            if counted.count and counted.tell_at <= now:
                due.append(Notice(kind, counted.message, count=counted.count))
                self._counted[kind] = _Counted(tell_at=now + RARELY)
        return due

    def next_at(self) -> float | None:
        """Return when something will be due, if nothing else happens; None: never."""
        times = [one.tell_at for one in self._troubles.values() if not one.told]
        times += [one.tell_at for one in self._counted.values() if one.count]
        return 0.0 if self._ready else min(times, default=None)
