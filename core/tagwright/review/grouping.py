"""Grouping what waits, so that one answer settles many photos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tagwright.state.waiting import Waiting

TOGETHER = 50  # photos of one concept that stay one group, wherever and whenever they are from
SHOOT = 200  # photos of one shoot that stay one group
_PAUSE = 6 * 3600.0  # s without a photo that part one shoot from the next


@dataclass(frozen=True, slots=True)
class Group:
    """Photos that one answer to one concept can settle."""

    concept: str  # identifier
    members: tuple[Waiting, ...]  # the doubtful ones last
    skipped: bool  # put off by a person

    @property
    def key(self) -> str:
        """Names the group as long as its photos wait."""
        return f"{min(one.asset_id for one in self.members)}:{self.concept}"

    @property
    def asset_ids(self) -> tuple[int, ...]:
        """The photos."""
        return tuple(one.asset_id for one in self.members)

    @property
    def confidence(self) -> tuple[float, float]:
        """The lowest and the highest."""
        return self.members[-1].confidence, self.members[0].confidence


Times = Callable[[Collection[int]], Mapping[int, str]]
"""Returns when photos were taken, ISO 8601 on the camera's clock, as far as it is known."""


def group(rows: Iterable[Waiting], times: Times) -> Iterator[Group]:
    """Yield groups of what waits.

    A concept with many photos is split by shoots: photos of one folder without a long pause
    between them. Small shoots that follow each other stay together.
    """
    gathered: dict[tuple[str, bool], list[Waiting]] = defaultdict(list)
    for one in rows:
        gathered[one.concept, one.skipped].append(one)
    many = [some for some in gathered.values() if len(some) > TOGETHER]
    taken = times({one.asset_id for some in many for one in some})
    for (concept, skipped), some in gathered.items():
        for part in _parts(some, taken):
            surest_first = sorted(part, key=lambda one: (-one.confidence, one.asset_id))
            yield Group(concept, tuple(surest_first), skipped)


def _parts(members: list[Waiting], taken: Mapping[int, str]) -> Iterator[list[Waiting]]:
    if len(members) <= TOGETHER:
        yield members
        return
    gathered: list[Waiting] = []
    for shoot in _shoots(members, taken):
        if gathered and len(gathered) + len(shoot) > TOGETHER:
            yield gathered
            gathered = []
        gathered += shoot
    yield gathered


def _shoots(members: Iterable[Waiting], taken: Mapping[int, str]) -> Iterator[list[Waiting]]:
    ordered = sorted(
        (one.folder_id, taken.get(one.asset_id, ""), one.name, one.asset_id, one) for one in members
    )
    shoot: list[Waiting] = []
    before = 0, ""
    for folder, time, _, _, one in ordered:
        if shoot and (len(shoot) >= SHOOT or before[0] != folder or _is_apart(before[1], time)):
            yield shoot
            shoot = []
        shoot.append(one)
        before = folder, time
    yield shoot


def _is_apart(earlier: str, later: str) -> bool:
    """Say whether there is a long pause between two times."""
    if earlier[:13] == later[:13]:  # the same hour, or both not known
        return False
    return not earlier or _seconds(later) - _seconds(earlier) > _PAUSE


def _seconds(text: str) -> float:
    """Return a time on the camera's clock; offsets do not count."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
