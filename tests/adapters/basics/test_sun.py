"""The position of the sun."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright_adapters.basics.sun import elevation


@pytest.mark.parametrize(
    ("at", "latitude", "longitude", "expected"),
    [
        ("2024-06-01T19:10Z", 52.52, 13.40, 0.353),  # Berlin, sunset
        ("2024-12-21T22:00Z", 52.52, 13.40, -58.397),
        ("2025-01-15T02:00Z", -33.87, 151.21, 77.192),  # Sydney, noon
        ("2023-03-20T17:15Z", -0.18, -78.47, 88.412),  # Quito, equinox
        ("2022-06-21T22:44Z", 69.65, 18.96, 3.085),  # Tromsø, midnight sun
        ("2019-11-03T18:00Z", 64.84, -147.72, 0.413),  # Fairbanks, sunrise
    ],
)
def test_agrees_with_an_ephemeris(
    at: str, latitude: float, longitude: float, expected: float
) -> None:
    """Heights are those of PyEphem 4.2.1 (VSOP87) without refraction, to 0.02°."""
    height = elevation(datetime.fromisoformat(at), latitude, longitude)
    assert height == pytest.approx(expected, abs=0.02)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    st.floats(-90, 90),
    st.floats(-180, 180),
)
def test_is_a_height_that_changes_slowly(at: datetime, latitude: float, longitude: float) -> None:
    """The sun is somewhere on the sphere and climbs at most 15° an hour."""
    here = at.replace(tzinfo=UTC)
    height = elevation(here, latitude, longitude)
    assert -90 <= height <= 90
    assert abs(elevation(here + timedelta(minutes=4), latitude, longitude) - height) < 1.02
