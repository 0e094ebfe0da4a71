"""Season, time of day, golden and blue hour, night."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from tagwright.model import Facts, Rendition
from tagwright_adapters.basics import Basics

from .conftest import Observe

BERLIN = (52.52, 13.40)
TIMES = {"night", "morning", "afternoon", "evening"}
SEASONS = {"spring", "summer", "autumn", "winter"}


def facts(
    at: str,
    metadata: Mapping[str, object] | None = None,
    place: tuple[float, float] | None = None,
) -> Facts:
    """Say when, and perhaps where, a photo was taken."""
    latitude, longitude = place or (None, None)
    return Facts(
        "IMG.JPG",
        taken_at=datetime.fromisoformat(at),
        latitude=latitude,
        longitude=longitude,
        metadata=dict(metadata or {}),
    )


@pytest.mark.parametrize(
    ("at", "latitude", "season"),
    [
        ("2024-01-15T12:00", 52.5, "winter"),
        ("2024-04-15T12:00", 52.5, "spring"),
        ("2024-07-15T12:00", 52.5, "summer"),
        ("2024-10-15T12:00", 52.5, "autumn"),
        ("2024-01-15T12:00", -33.9, "summer"),
        ("2024-04-15T12:00", -33.9, "autumn"),
        ("2024-12-31T12:00", -33.9, "summer"),
    ],
)
def test_season(plain: Rendition, look_at: Observe, at: str, latitude: float, season: str) -> None:
    """The hemisphere decides."""
    found = look_at(plain, facts(at, place=(latitude, 18.4)))
    assert found.keys() & SEASONS == {season}
    assert found[season].confidence >= 0.8


def test_no_season_between_the_tropics(plain: Rendition, look_at: Observe) -> None:
    """Singapore has no winter."""
    found = look_at(plain, facts("2024-01-15T12:00", place=(1.3, 103.8)))
    assert not found.keys() & SEASONS


def test_unknown_hemisphere_is_for_review(plain: Rendition, look_at: Observe) -> None:
    """Without a place the north is supposed, unless the person says where they live."""
    at = facts("2024-07-15T12:00")
    assert 0.5 <= look_at(plain, at)["summer"].confidence < 0.8
    southern = look_at(plain, at, Basics(hemisphere="south"))
    assert southern["winter"].confidence >= 0.8


def test_a_season_that_has_just_begun_is_for_review(plain: Rendition, look_at: Observe) -> None:
    """Early March is spring by one calendar and winter by the other."""
    assert look_at(plain, facts("2024-03-05T12:00", place=BERLIN))["spring"].confidence < 0.8
    assert "spring" not in look_at(plain, facts("2024-03-05T12:00"))


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("02:00", "night"), ("08:00", "morning"), ("15:00", "afternoon"), ("20:00", "evening")],
)
def test_time_of_day_by_the_clock(
    plain: Rendition, look_at: Observe, clock: str, expected: str
) -> None:
    """A bare clock gives the time of day and no light."""
    found = look_at(plain, facts(f"2024-06-10T{clock}"))
    assert found.keys() & TIMES == {expected}
    assert clock in found[expected].how
    assert not {"golden hour", "blue hour"} & found.keys()


def test_white_nights_are_no_nights(plain: Rendition, look_at: Observe) -> None:
    """Where the sun is known, it decides what night is."""
    at = facts("2022-06-22T00:44+02:00", place=(69.65, 18.96))
    assert "night" not in look_at(plain, at)


def test_golden_hour(plain: Rendition, look_at: Observe) -> None:
    """The low sun makes it, a measured daylight makes it sure, and ``how`` says the height."""
    at = "2024-06-01T21:10+02:00"
    bare = look_at(plain, facts(at, place=BERLIN))["golden hour"]
    assert bare.confidence < 0.8
    assert bare.how == "sun 0.4° above the horizon, 2024-06-01T21:10 at 52.52, 13.40"
    light = {"Composite:LightValue": 9.5}
    assert look_at(plain, facts(at, light, place=BERLIN))["golden hour"].confidence >= 0.8
    flash = light | {"EXIF:Flash": 9}
    assert look_at(plain, facts(at, flash, place=BERLIN))["golden hour"].confidence < 0.8


def test_blue_hour_then_night(plain: Rendition, look_at: Observe) -> None:
    """The sun goes down further."""
    assert "blue hour" in look_at(plain, facts("2024-06-01T21:58+02:00", place=BERLIN))
    later = look_at(plain, facts("2024-06-01T23:30+02:00", place=BERLIN))
    assert later["night"].confidence >= 0.8
    assert not {"golden hour", "blue hour"} & later.keys()


def test_a_dark_afternoon_is_not_sure_to_be_night(plain: Rendition, look_at: Observe) -> None:
    """At six on a December evening it is dark, but evening."""
    found = look_at(plain, facts("2024-12-21T19:10+01:00", place=BERLIN))
    assert found["evening"].confidence >= 0.8
    assert found["night"].confidence < 0.8


def test_satellites_give_the_offset(plain: Rendition, look_at: Observe) -> None:
    """A bare clock and the receiver's UTC agree to a quarter of an hour: the moment is known."""
    fix = {"Composite:GPSDateTime": "2024:06:01 19:10:12Z"}
    assert "golden hour" in look_at(plain, facts("2024-06-01T21:10", fix, place=BERLIN))


@pytest.mark.parametrize("stamp", ["2024:06:01 19:03:00Z", "2023:06:01 19:10:00Z", "rubbish", 7])
def test_a_stale_fix_tells_nothing(plain: Rendition, look_at: Observe, stamp: object) -> None:
    """A fix of another time gives no moment, and so no height of the sun."""
    at = facts("2024-06-01T21:10", {"Composite:GPSDateTime": stamp}, place=BERLIN)
    assert "golden hour" not in look_at(plain, at)


@pytest.mark.parametrize("at", ["2000-01-01T00:00", "2099-06-01T12:00", "1601-06-01T12:00"])
def test_clocks_never_set_are_not_believed(plain: Rendition, look_at: Observe, at: str) -> None:
    """A factory date, the future and the time before photography say nothing."""
    assert not look_at(plain, facts(at)).keys() & (TIMES | SEASONS)


@pytest.mark.parametrize("place", [(0.0, 0.0), (float("nan"), 13.4), (91.0, 13.4), (52.5, 999.0)])
def test_impossible_places_are_no_places(
    plain: Rendition, look_at: Observe, place: tuple[float, float]
) -> None:
    """Positions that no receiver measures leave the clock alone."""
    at = facts("2024-07-15T21:10+02:00", place=place)
    found = look_at(plain, at)
    assert "golden hour" not in found
    assert found["summer"].confidence < 0.8
