"""Season, time of day and the light that the sun gives, from the clock and the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from tagwright.model import Facts, Observation
from tagwright_adapters.basics.labels import seen
from tagwright_adapters.basics.sun import elevation
from tagwright_adapters.basics.values import flash_fired, number, position, text

_TROPIC = 23.44  # degrees; between the tropics there are rains, not four seasons
_SEASONS = ("winter", "spring", "summer", "autumn")
_DAYLIGHT = 7  # EV at ISO 100; rooms by lamplight stay below it
_DAYTIMES = (("morning", 5, 11), ("afternoon", 13, 17), ("evening", 18, 22))  # hours
_MARGIN = timedelta(minutes=3)  # between the camera's clock and a fix of its receiver


def observe_time(facts: Facts, hemisphere: str = "") -> Iterator[Observation]:
    """Yield season, time of day, golden and blue hour.

    Args:
        facts: What is known of the photo.
        hemisphere: "north" or "south" where photos without a place are to be taken for; or "".
    """
    if facts.taken_at is None or not _plausible(facts.taken_at):
        return
    here = position(facts)
    yield from _season(facts.taken_at, here[0] if here else None, hemisphere)
    instant = _instant(facts)
    if here is None or instant is None:
        yield from _time_of_day(facts.taken_at, None)
        return
    height = elevation(instant, *here)
    at = f"{facts.taken_at:%Y-%m-%dT%H:%M} at {here[0]:.2f}, {here[1]:.2f}"
    how = f"sun {abs(height):.1f}° {'above' if height >= 0 else 'below'} the horizon, {at}"
    yield from _time_of_day(facts.taken_at, height, how)
    yield from _hours(height, _daylight(facts.metadata), how)


def _plausible(taken_at: datetime) -> bool:
    """Whether this can be when it was taken: clocks that nobody set start at a New Year."""
    reset = (taken_at.month, taken_at.day, taken_at.hour) == (1, 1, 0) and taken_at.minute < 10
    now = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    return taken_at.year >= 1840 and taken_at.replace(tzinfo=None) <= now and not reset


def _season(taken_at: datetime, latitude: float | None, hemisphere: str) -> Iterator[Observation]:
    """Yield the season; the first three weeks of its first month are still the one before's."""
    if latitude is not None:
        if abs(latitude) <= _TROPIC:
            return
        south, certainty = latitude < 0, 0.9
        where = f"at latitude {latitude:.1f}"
    else:
        south, certainty = hemisphere == "south", 0.85 if hemisphere else 0.65
        where = f"in the {hemisphere}" if hemisphere else "supposed to be in the north"
    index = (taken_at.month % 12 // 3 + 2 * south) % 4
    if taken_at.month % 3 == 0 and taken_at.day <= 22:
        certainty -= 0.3  # by the calendar of weather it has begun, by that of the sun it has not
    if certainty >= 0.5:
        yield seen(_SEASONS[index], certainty, f"{taken_at:%Y-%m-%d} {where}")


def _time_of_day(taken_at: datetime, height: float | None, how: str = "") -> Iterator[Observation]:
    """Yield the time of day by the clock, and "night" by the sun where that is known."""
    hour = taken_at.hour + taken_at.minute / 60
    clock = f"{taken_at:%H:%M} by the camera's clock"
    late = hour >= 21 or hour < 5
    if height is None and (hour >= 22.5 or hour < 4.5):
        yield seen("night", 0.8, clock)
    elif height is not None and height < -6:
        yield seen("night", 0.9 if late else 0.6, f"{how}, {clock}")
    for label, start, stop in _DAYTIMES:
        if start <= hour < stop:
            certain = start + 1 <= hour < stop - 0.5
            yield seen(label, 0.8 if certain else 0.65, clock)


def _hours(height: float, light: float | None, how: str) -> Iterator[Observation]:
    """Yield golden and blue hour; sure only if the camera measured daylight."""
    if -4 <= height <= 6:
        measured = f"{how}, light value {light:.1f}" if light else how
        yield seen("golden hour", 0.85 if light else 0.6, measured)
    elif -6 <= height < -4:
        yield seen("blue hour", 0.6, how)


def _daylight(metadata: Mapping[str, object]) -> float | None:
    """Return the light value (EV at ISO 100) where only daylight is as bright."""
    if flash_fired(metadata):
        return None
    light = number(metadata, "Composite:LightValue")
    return light if light is not None and light >= _DAYLIGHT else None


def _instant(facts: Facts) -> datetime | None:
    """Return the moment it was taken, if offset or satellites tell; a bare clock does not."""
    taken_at = facts.taken_at
    assert taken_at is not None
    if taken_at.utcoffset() is not None:
        return taken_at
    stamp = text(facts.metadata, "Composite:GPSDateTime")
    try:
        fix = datetime.strptime(stamp[:19], "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    offset = taken_at.replace(tzinfo=UTC) - fix
    zone = timedelta(minutes=15) * round(offset / timedelta(minutes=15))
    if abs(offset - zone) > _MARGIN or not timedelta(hours=-12) <= zone <= timedelta(hours=14):
        return None  # the receiver kept an earlier fix
    return fix
