"""Grouping what waits, so that one answer settles many photos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

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

    @property
    def taggers(self) -> tuple[str, ...]:
        """Whose suggestions they are."""
        return tuple(sorted({one.tagger for one in self.members}))

    @property
    def folders(self) -> tuple[str, ...]:
        """Where the photos are."""
        return tuple(sorted({one.folder for one in self.members}))


def group(rows: Iterable[Waiting]) -> Iterator[Group]:
    """Yield groups of what waits, given by concept, folder, time and name.

    A concept with many photos is split by shoots: photos of one folder without a long pause
    between them. Small shoots that follow each other stay together.
    """
    for concept, some in groupby(rows, key=lambda one: one.concept):
        by_skipped: dict[bool, list[Waiting]] = {False: [], True: []}
        for one in some:
            by_skipped[one.skipped].append(one)
        for skipped, members in by_skipped.items():
            for part in _parts(members):
                surest_first = sorted(part, key=lambda one: -one.confidence)
                yield Group(concept, tuple(surest_first), skipped)


def _parts(members: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    if len(members) <= TOGETHER:
        if members:
            yield list(members)
        return
    gathered: list[Waiting] = []
    for shoot in _shoots(members):
        if gathered and len(gathered) + len(shoot) > TOGETHER:
            yield gathered
            gathered = []
        gathered += shoot
    yield gathered


def _shoots(members: Sequence[Waiting]) -> Iterator[list[Waiting]]:
    shoot: list[Waiting] = []
    for one in members:
        if shoot and (len(shoot) >= SHOOT or _is_apart(shoot[-1], one)):
            yield shoot
            shoot = []
        shoot.append(one)
    yield shoot


def _is_apart(one: Waiting, other: Waiting) -> bool:
    if one.folder != other.folder or bool(one.taken_at) != bool(other.taken_at):
        return True
    if not one.taken_at or one.taken_at[:13] == other.taken_at[:13]:  # the same hour
        return False
    return _seconds(other.taken_at) - _seconds(one.taken_at) > _PAUSE


def _seconds(text: str) -> float:
    """Return a time on the camera's clock; offsets do not count."""
    return datetime.fromisoformat(text).replace(tzinfo=None).timestamp()
