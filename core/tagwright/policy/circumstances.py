"""Whether what is known of a photo, apart from concepts, meets a rule's conditions."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import NamedTuple

from tagwright.mapping import Said
from tagwright.model import Decision, ExtraField, Facts, Kind
from tagwright.policy.cases import WEIGHT, weaker
from tagwright.policy.rules import Near, When
from tagwright.policy.thresholds import Thresholds
from tagwright.taxonomy.labels import fold

_STEP = re.compile(r"[/|>]")
_EARTH = 6371.0  # km, mean radius
_MAKERS = ("EXIF:Make", "QuickTime:Make")
_MODELS = ("EXIF:Model", "QuickTime:Model")


class Ground(NamedTuple):
    """A reason for a rule to fire, and how far it carries."""

    decision: Decision  # what the rule adds is decided no better than this
    sure: float  # confidence
    text: str

    def __add__(self, other: object) -> Ground:
        """Return what two reasons together carry: as much as the weaker one."""
        assert isinstance(other, Ground)
        text = ", ".join(filter(None, (self.text, other.text)))
        return Ground(weaker(self.decision, other.decision), min(self.sure, other.sure), text)


def farthest(grounds: Iterable[Ground | None]) -> Ground | None:
    """Return the one that carries farthest; of equals always the same."""
    found = [one for one in grounds if one is not None]
    return max(found, key=lambda one: (WEIGHT[one.decision], one.sure, one.text), default=None)


CERTAIN = Ground(Decision.APPLY, 1.0, "")


@dataclass(frozen=True, slots=True)
class Photo:
    """What is known of a photo."""

    facts: Facts
    said: tuple[Said, ...]  # all that taggers said
    tagged: frozenset[str]  # concepts that people tagged it with
    caption: str | None = None  # what a tagger says of it in a sentence
    holds: frozenset[ExtraField] = frozenset(ExtraField)  # what its library can hold


class Circumstances:
    """The conditions of one rule on time, place, folder, camera and tagger."""

    def __init__(self, when: When, thresholds: Thresholds) -> None:
        self._when = when
        self._thresholds = thresholds
        self._folders = {one: _glob(_anchored(one)) for one in when.folders}
        self._cameras = [_glob(one) for one in when.cameras]
        self._places = frozenset(fold(one) for one in when.places)
        given = (
            (when.folders, self._folder),
            (when.dates, self._date),
            (when.months, self._month),
            (when.weekdays, self._weekday),
            (when.places, self._place),
            (when.near, self._near),
            (when.box, self._box),
            (when.cameras, self._camera),
            (when.taggers, self._tagger),
        )
        self._tests: list[Callable[[Photo], Ground | None]] = [
            test for condition, test in given if condition
        ]

    def hold(self, photo: Photo) -> Ground | None:
        """Return why all of them hold, or None if one does not."""
        together = CERTAIN
        for test in self._tests:
            ground = test(photo)
            if ground is None:
                return None
            together += ground
        return together

    def _folder(self, photo: Photo) -> Ground | None:
        names = [_plain(name) for name in photo.facts.folders]
        if not names:
            return None
        whole = f"/{'/'.join(names)}/"
        for text, glob in self._folders.items():
            if glob.match(whole) if "/" in text else any(map(glob.match, names)):
                return _certain(f"folder {text}")
        return None

    def _date(self, photo: Photo) -> Ground | None:
        taken = photo.facts.taken_at
        if taken is None or not any(taken.date() in span for span in self._when.dates):
            return None
        return _certain(f"{taken.day} {taken:%B %Y}")

    def _month(self, photo: Photo) -> Ground | None:
        taken = photo.facts.taken_at
        if taken is None or taken.month not in self._when.months:
            return None
        return _certain(f"{taken:%B}")

    def _weekday(self, photo: Photo) -> Ground | None:
        taken = photo.facts.taken_at
        if taken is None or taken.weekday() not in self._when.weekdays:
            return None
        return _certain(f"{taken:%A}")

    def _place(self, photo: Photo) -> Ground | None:
        steps = (step for tag in photo.facts.tags for step in tag)
        tagged = sorted(step for step in steps if fold(step) in self._places)
        return _certain(f"place {tagged[0]}") if tagged else farthest(self._seen(photo))

    def _seen(self, photo: Photo) -> Iterator[Ground]:
        for tagger, seen in photo.said:
            if seen.kind is not Kind.PLACE:
                continue
            for step in _STEP.split(seen.label):
                limits = self._thresholds.of(tagger)
                if fold(step) in self._places and seen.confidence >= limits.review:
                    sure = seen.confidence >= limits.apply
                    decision = Decision.APPLY if sure else Decision.REVIEW
                    yield Ground(decision, seen.confidence, f"place {step.strip()}")

    def _near(self, photo: Photo) -> Ground | None:
        near, position = self._when.near, _position(photo.facts)
        assert near is not None
        if position is None or (km := _distance(near, *position)) > near.km:
            return None
        return _certain(f"{km:.1f} km from {near.latitude:g}, {near.longitude:g}")

    def _box(self, photo: Photo) -> Ground | None:
        box, position = self._when.box, _position(photo.facts)
        assert box is not None
        if position is None or not box.holds(*position):
            return None
        return _certain("inside the box")

    def _camera(self, photo: Photo) -> Ground | None:
        make, model = (_first(photo.facts, names) for names in (_MAKERS, _MODELS))
        for glob in self._cameras:
            for name in (f"{make} {model}", model, make):
                if name.strip() and glob.match(_plain(name)):
                    return _certain(f"camera {name.strip()}")
        return None

    def _tagger(self, photo: Photo) -> Ground | None:
        for tagger in sorted({tagger for tagger, _ in photo.said}):
            if is_one_of(tagger, self._when.taggers):
                return _certain(f"seen by {tagger}")
        return None


def is_one_of(tagger: str, named: tuple[str, ...]) -> bool:
    """Say whether a tagger is named, by its specification or its scheme."""
    return tagger in named or tagger.partition(":")[0] in named


def _certain(text: str) -> Ground:
    return Ground(Decision.APPLY, 1.0, text)


@lru_cache(maxsize=1_000)  # the same folders and cameras come for each rule and photo after photo
def _plain(text: str) -> str:
    """Return what two spellings of a file or camera name have in common."""
    return unicodedata.normalize("NFC", text).casefold()


def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(_plain(pattern)))


def _anchored(pattern: str) -> str:
    """Return a glob with slashes so that it fits a path that begins and ends with one."""
    if "/" not in pattern:
        return pattern
    start = "" if pattern.startswith(("/", "*")) else "/"
    end = "" if pattern.endswith(("/", "*")) else "/"
    return f"{start}{pattern}{end}"


def _position(facts: Facts) -> tuple[float, float] | None:
    if facts.latitude is None or facts.longitude is None:
        return None
    return facts.latitude, facts.longitude


def _first(facts: Facts, names: tuple[str, ...]) -> str:
    found = (str(facts.metadata.get(name, "")).strip() for name in names)
    return next(filter(None, found), "")


def _distance(near: Near, latitude: float, longitude: float) -> float:
    """Return the great-circle distance in km (haversine)."""
    north, south = math.radians(near.latitude), math.radians(latitude)
    east = math.radians(longitude - near.longitude)
    half = math.sin((south - north) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))
