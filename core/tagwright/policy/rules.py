"""Rules as data: if all of this holds of a photo, then do that."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tagwright.errors import ConfigurationError

_DAY = re.compile(r"(?:(\d{4})(?:-(\d\d)(?:-(\d\d))?)?)?")
_YEARLY = re.compile(r"(\d\d)-(\d\d)")


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included.

    Dates are (year, month, day), shortened to a year or a month that is meant as a whole, and
    empty where the span is open. Those of a yearly span are (month, day); it may go over New Year.
    """

    first: tuple[int, ...]
    last: tuple[int, ...]
    yearly: bool = False

    @classmethod
    def parse(cls, text: str) -> Span:
        """Read "2023-05-01..2023-05-14", "2023-05", "2020..", "12-24..12-26" or "12-24".

        Raises:
            ConfigurationError: it is none of these, or its days do not exist.
        """
        first, dots, last = (part.strip() for part in text.partition(".."))
        ends = (first, last if dots else first)
        try:
            if all(_YEARLY.fullmatch(end) for end in ends):
                begun, ended = (_day(f"2000-{end}")[1:] for end in ends)  # 2000 has a 29 February
                return cls(begun, ended, yearly=True)
            begun, ended = (_day(end) for end in ends)
            if begun[: len(ended)] <= ended[: len(begun)] and (begun or ended):
                return cls(begun, ended)
        except ValueError:
            pass
        msg = f"{text!r} is no day and no span of days."
        cure = "Write 2023-05-01..2023-05-14, 2023-05, 2020.. or, for every year, 12-24..12-26."
        raise ConfigurationError(msg, cure=cure)

    def __contains__(self, day: date) -> bool:
        whole = (day.month, day.day) if self.yearly else (day.year, day.month, day.day)
        after = self.first <= whole[: len(self.first)]
        before = whole[: len(self.last)] <= self.last
        if self.yearly and self.first > self.last:
            return after or before
        return after and before


def _day(text: str) -> tuple[int, ...]:
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    parts = tuple(int(part) for part in found.groups() if part is not None)
    if parts:
        date(*(*parts, 1, 1)[:3])
    return parts


@dataclass(frozen=True, slots=True)
class Near:
    """A circle on the map."""

    latitude: float  # degrees, WGS 84
    longitude: float
    km: float  # radius


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the map, in degrees; with ``west > east`` it lies across the date line."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Say whether a position lies in it."""
        if not self.south <= latitude <= self.north:
            return False
        after, before = self.west <= longitude, longitude <= self.east
        return (after and before) if self.west <= self.east else (after or before)


@dataclass(frozen=True, slots=True)
class When:
    """Conditions, of which all that are given must hold; of a list one entry is enough.

    Concepts are identifiers, and are there when one below them is.
    """

    all: tuple[str, ...] = ()  # concepts, each of which must be there
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()  # concepts, none of which may be there, not even for review
    places: tuple[str, ...] = ()  # names of countries, regions, towns
    near: Near | None = None
    box: Box | None = None
    dates: tuple[Span, ...] = ()
    months: tuple[int, ...] = ()  # 1 to 12
    weekdays: tuple[int, ...] = ()  # 0 (Monday) to 6
    folders: tuple[str, ...] = ()  # globs
    cameras: tuple[str, ...] = ()  # globs
    taggers: tuple[str, ...] = ()  # schemes or specifications; concepts of others do not count


@dataclass(frozen=True, slots=True)
class Then:
    """What a rule does. Concepts are identifiers; but for ``add`` all below them are meant too."""

    add: tuple[str, ...] = ()
    review: tuple[str, ...] = ()  # wait for a person instead of being written
    review_all: bool = False
    drop: tuple[str, ...] = ()
    leave_alone: bool = False  # nothing is written to the photo, and nobody is asked
    caption: str = ""  # may hold {caption}, which stands for what a tagger said
    title: str = ""
    rating: int = 0  # 1 to 5 stars; 0: none is set
    colour_label: str = ""  # one of COLOUR_LABELS
    albums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """If ``when`` holds of a photo, ``then`` happens, at most once."""

    name: str
    when: When
    then: Then
