"""What the camera wrote of lens and exposure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tagwright.model import Facts, Observation
from tagwright_adapters.basics.labels import seen
from tagwright_adapters.basics.values import camera, flash_fired, number, text

_PHONES = re.compile(
    r"\b(apple|samsung|google|huawei|honor|xiaomi|redmi|oppo|oneplus|vivo|motorola|nokia|realme"
    r"|fairphone|nothing|htc|lge|sony xq|tecno|infinix)\b",
    re.IGNORECASE,
)
_DJI_DRONE = re.compile(
    r"^(dji fc\d|(dji|hasselblad) l[12]d-|dji (m3|m30|mavic|zenmuse|zh20|xt))", re.IGNORECASE
)
_OTHER_DRONE = re.compile(r"^(parrot (anafi|bebop)|autel|skydio|yuneec|sensefly)", re.IGNORECASE)
_FLIGHT = ("XMP:RelativeAltitude", "XMP:FlightYawDegree")


def observe_exposure(facts: Facts) -> Iterator[Observation]:
    """Yield what lens and exposure were like."""
    metadata = facts.metadata
    yield from _focal_length(facts)
    yield from _macro(metadata)
    if (seconds := number(metadata, "EXIF:ExposureTime")) is not None and seconds >= 1:
        yield seen("long exposure", 0.95, f"EXIF ExposureTime {seconds:g} s")
    if flash_fired(metadata):
        yield seen("flash", 0.95, "EXIF Flash (fired)")
    lens = text(metadata, "EXIF:LensModel", "Composite:LensID", "XMP:Lens")
    if re.search(r"\bfront\b.*\bcamera\b", lens, re.IGNORECASE):
        yield seen("selfie", 0.85, f"LensModel {lens}")
    if re.search(r"fish-?eye", lens, re.IGNORECASE):
        yield seen("fisheye", 0.95, f"LensModel {lens}")


def observe_drone(facts: Facts) -> Iterator[Observation]:
    """Yield "drone" and, where it flew, "aerial"."""
    metadata, model = facts.metadata, camera(facts)
    height = number(metadata, "XMP:RelativeAltitude")
    if any(key in metadata for key in _FLIGHT):
        yield seen("drone", 0.95, "flight data in XMP")
    elif _DJI_DRONE.match(model) or _OTHER_DRONE.match(model):
        yield seen("drone", 0.9, f"EXIF Model {model}")
    elif model.lower().startswith("dji"):
        yield seen("drone", 0.5, f"EXIF Model {model}; DJI makes hand-held cameras too")
        return
    else:
        return
    if height is not None and height >= 5:
        yield seen("aerial", 0.95, f"{height:.0f} m above take-off by XMP RelativeAltitude")
    elif height is None:
        yield seen("aerial", 0.75, f"taken with a drone ({model or 'unknown model'})")


def _focal_length(facts: Facts) -> Iterator[Observation]:
    """Yield the angle of view; a phone's main camera is no wide angle to its owner."""
    key = "EXIF:FocalLengthIn35mmFormat"
    equivalent = number(facts.metadata, key)
    if equivalent is None and "Composite:ScaleFactor35efl" in facts.metadata:
        key = "Composite:FocalLength35efl"
        equivalent = number(facts.metadata, key)
    if equivalent is None or equivalent < 4:
        return
    how = f"{key.replace(':', ' ')} {equivalent:g} mm"
    if equivalent <= 20:
        yield seen("ultra wide angle", 0.9, how)
        yield seen("wide angle", 0.9, how)
    elif equivalent <= 28 and not _PHONES.search(camera(facts)):
        yield seen("wide angle", 0.85, how)
    elif 100 <= equivalent <= 3000:
        yield seen("telephoto", 0.9, how)


def _macro(metadata: Mapping[str, object]) -> Iterator[Observation]:
    for key in ("MakerNotes:MacroMode", "MakerNotes:Macro"):
        if number(metadata, key) == 1:
            yield seen("macro", 0.85, f"{key.replace(':', ' ')} on")
            return
    if number(metadata, "EXIF:SubjectDistanceRange") == 1:
        yield seen("macro", 0.85, "EXIF SubjectDistanceRange 1 (macro)")
        return
    distance = number(metadata, "EXIF:SubjectDistance", "Composite:SubjectDistance")
    focal = number(metadata, "EXIF:FocalLength")
    if distance and focal and distance > focal / 1000:
        magnification = focal / (distance * 1000 - focal)
        if magnification >= 0.2:
            how = f"EXIF FocalLength {focal:g} mm, SubjectDistance {distance:g} m"
            yield seen("macro", 0.8, f"{how}: 1:{1 / magnification:.1f}")
            return
    lens = text(metadata, "EXIF:LensModel", "Composite:LensID")
    if re.search(r"\b(macro|makro|micro[- ]nikkor)\b", lens, re.IGNORECASE):
        yield seen("macro", 0.5, f"LensModel {lens}; such lenses take portraits too")
