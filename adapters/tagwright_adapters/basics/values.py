"""Reading metadata that anybody may have written: any key may hold anything."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tagwright.model import Facts

_LONGEST = 200  # characters of a text that is looked at


def number(metadata: Mapping[str, object], *keys: str) -> float | None:
    """Return the first of the values that is a finite number above zero.

    Zero stands for "unknown" wherever cameras write these fields.
    """
    for key in keys:
        value = metadata.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            continue
        try:
            found = float(value)
        except (ValueError, OverflowError):
            continue
        if math.isfinite(found) and found > 0:
            return found
    return None


def text(metadata: Mapping[str, object], *keys: str) -> str:
    """Return the first of the values that is a text with anything in it, on one line; or ""."""
    for key in keys:
        value = metadata.get(key)
        if isinstance(value, str) and (found := printable(value)):
            return found
    return ""


def printable(value: str) -> str:
    """Return a text without control characters and runs of blanks, at most 200 characters."""
    kept = (char if char.isprintable() else " " for char in value[: 2 * _LONGEST])
    return " ".join("".join(kept).split())[:_LONGEST]


def position(facts: Facts) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees, unless they are impossible or never set."""
    if facts.latitude is None or facts.longitude is None:
        return None
    if not (abs(facts.latitude) <= 90 and abs(facts.longitude) <= 180):  # NaN fails this too
        return None
    if abs(facts.latitude) < 1e-3 and abs(facts.longitude) < 1e-3:
        return None  # 0, 0 is what receivers without a fix write
    return facts.latitude, facts.longitude


def camera(facts: Facts) -> str:
    """Return make and model of the camera, or ""."""
    make = text(facts.metadata, "EXIF:Make", "QuickTime:Make", "XMP:Make")
    model = text(facts.metadata, "EXIF:Model", "QuickTime:Model", "XMP:Model")
    return f"{make} {model}".strip()


def flash_fired(metadata: Mapping[str, object]) -> bool:
    """Whether the lowest bit of EXIF Flash is set, or XMP says so."""
    flash = number(metadata, "EXIF:Flash")
    if flash is None:
        return metadata.get("XMP:FlashFired") is True
    return flash <= 0xFFFF and int(flash) & 1 == 1
