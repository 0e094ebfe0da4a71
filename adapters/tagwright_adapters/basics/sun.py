"""Where the sun stands, by the equations of NOAA's solar calculator.

They follow Jean Meeus, "Astronomical Algorithms", and are good to 0.02° between 1900 and 2100. Of
the packages that offer this, astral had its last release in 2022, and the others bring an ephemeris
or numpy.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)


def elevation(at: datetime, latitude: float, longitude: float) -> float:
    """Return the height of the sun's centre above the horizon, without refraction.

    Args:
        at: An aware time.
        latitude: Degrees, north positive.
        longitude: Degrees, east positive.

    Returns:
        Degrees, negative when the sun is below the horizon.
    """
    days = (at - _J2000).total_seconds() / 86_400
    declination, equation_of_time = _sun(days / 36_525)
    minutes = (days + 0.5) % 1 * 1440 + equation_of_time + 4 * longitude
    hour_angle = math.radians(minutes / 4 - 180)
    here = math.radians(latitude)
    sine = math.sin(here) * math.sin(declination)
    sine += math.cos(here) * math.cos(declination) * math.cos(hour_angle)
    return math.degrees(math.asin(max(-1.0, min(1.0, sine))))


def _sun(century: float) -> tuple[float, float]:
    """Return declination (radians) and equation of time (minutes), by centuries since J2000."""
    mean_longitude = math.radians((280.46646 + century * (36000.76983 + century * 0.0003032)) % 360)
    anomaly = math.radians(357.52911 + century * (35999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    centre = (
        math.sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + math.sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + math.sin(3 * anomaly) * 0.000289
    )
    node = math.radians(125.04 - 1934.136 * century)
    true_longitude = math.degrees(mean_longitude) + centre
    apparent = math.radians(true_longitude - 0.00569 - 0.00478 * math.sin(node))
    mean_obliquity = 23 + (26 + (21.448 - century * 46.815) / 60) / 60
    obliquity = math.radians(mean_obliquity + 0.00256 * math.cos(node))
    declination = math.asin(math.sin(obliquity) * math.sin(apparent))
    y = math.tan(obliquity / 2) ** 2
    equation = (
        y * math.sin(2 * mean_longitude)
        - 2 * eccentricity * math.sin(anomaly)
        + 4 * eccentricity * y * math.sin(anomaly) * math.cos(2 * mean_longitude)
        - 0.5 * y * y * math.sin(4 * mean_longitude)
        - 1.25 * eccentricity * eccentricity * math.sin(2 * anomaly)
    )
    return declination, 4 * math.degrees(equation)
