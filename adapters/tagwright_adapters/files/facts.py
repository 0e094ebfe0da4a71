"""What a snapshot tells the core about a photo."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from tagwright.model import Facts
from tagwright_adapters.files.claiming import claimed
from tagwright_adapters.files.extras import VALUES, standing
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.files.photo import Photo
from tagwright_adapters.files.snapshot import Snapshot
from tagwright_adapters.xmp.people import people

_EXIF = """
    Make Model LensMake LensModel Software Artist ImageDescription UserComment Orientation
    XResolution YResolution ResolutionUnit DateTimeOriginal CreateDate ModifyDate OffsetTime
    OffsetTimeOriginal OffsetTimeDigitized SubSecTimeOriginal ExposureTime FNumber
    ExposureProgram ExposureMode ExposureCompensation ISO ShutterSpeedValue ApertureValue
    BrightnessValue MaxApertureValue SubjectDistance SubjectDistanceRange MeteringMode
    LightSource Flash FocalLength FocalLengthIn35mmFormat DigitalZoomRatio SceneCaptureType
    SceneType FileSource SensingMethod WhiteBalance CustomRendered Contrast Saturation Sharpness
    ColorSpace ExifImageWidth ExifImageHeight GPSLatitude GPSLatitudeRef GPSLongitude
    GPSLongitudeRef GPSAltitude GPSAltitudeRef GPSImgDirection GPSSpeed GPSDateStamp
    GPSTimeStamp XPKeywords XPTitle XPComment
"""
_OTHERS = """
    File:FileType File:MIMEType File:ImageWidth File:ImageHeight PNG:Software PNG:Description
    PNG:ImageWidth PNG:ImageHeight GIF:ImageWidth GIF:ImageHeight RIFF:ImageWidth
    RIFF:ImageHeight QuickTime:CreateDate QuickTime:CreationDate QuickTime:Make QuickTime:Model
    QuickTime:Software QuickTime:Duration QuickTime:GPSCoordinates QuickTime:ImageWidth
    QuickTime:ImageHeight QuickTime:Rotation XMP:DateTimeOriginal XMP:DateCreated XMP:CreateDate
    XMP:GPSLatitude XMP:GPSLongitude XMP:UsePanoramaViewer XMP:ProjectionType
    XMP:RelativeAltitude XMP:DigitalSourceType XMP:Location XMP:City XMP:State XMP:Country
    IPTC:DateCreated IPTC:TimeCreated IPTC:Sub-location IPTC:City IPTC:Province-State
    IPTC:Country-PrimaryLocationName
    Composite:ImageWidth Composite:ImageHeight Composite:ImageSize Composite:Megapixels
    Composite:Aperture Composite:ShutterSpeed Composite:LightValue Composite:ScaleFactor35efl
    Composite:FocalLength35efl Composite:FOV Composite:GPSLatitude Composite:GPSLongitude
    Composite:GPSAltitude Composite:GPSDateTime Composite:SubSecDateTimeOriginal
"""
_KNOWN = (*(f"EXIF:{name}" for name in _EXIF.split()), *_OTHERS.split())
# What is asked for the sake of captions and ratings alone: no tagger's answer depends on it.
_ASIDE = tuple(name for names in VALUES.values() for name in names if name not in _KNOWN)

TAGS = (*_KNOWN, *_ASIDE)
"""What is asked of exiftool; anything else stays unread."""

_TAKEN = (
    ("EXIF:DateTimeOriginal", "EXIF:OffsetTimeOriginal"),
    ("XMP:DateTimeOriginal", ""),
    ("EXIF:CreateDate", "EXIF:OffsetTimeDigitized"),
    ("XMP:DateCreated", ""),
    ("XMP:CreateDate", ""),
    ("QuickTime:CreationDate", ""),
)
_TIME = re.compile(r"(\d{4})\D(\d\d)\D(\d\d)\D(\d\d)\D(\d\d)(?:\D(\d\d))?(?:\.\d+)?(.*)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_TRANSPOSED = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height


def facts(photo: Photo, folders: tuple[str, ...]) -> Facts:
    """Return what is known of a photo; tags and extras are those that digiKam would show."""
    own = photo.own
    values = {name: value for name, value in own.values.items() if name not in _ASIDE}
    width, height = _size(values)
    return Facts(
        name=to_reference(photo.path.name),
        folders=folders,
        width=width,
        height=height,
        taken_at=taken_at(values),
        latitude=_degrees(values.get("Composite:GPSLatitude"), 90),
        longitude=_degrees(values.get("Composite:GPSLongitude"), 180),
        tags=(photo.sidecar or own).tag_paths(own),
        metadata=values,
        extras=tuple(standing(photo)),
        people=tuple(name for look in _looks(photo) for name in people(look.properties)),
        keywords=tuple(path for look in _looks(photo) for path in look.every_path()),
        claimed=claimed(photo),
    )


def _looks(photo: Photo) -> tuple[Snapshot, ...]:
    return (photo.own, photo.sidecar) if photo.sidecar else (photo.own,)


def _size(values: dict[str, object]) -> tuple[int | None, int | None]:
    parts = str(values.get("Composite:ImageSize", "")).split()
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return None, None
    width, height = int(parts[0]), int(parts[1])
    turned = values.get("EXIF:Orientation") in _TRANSPOSED
    return (height, width) if turned else (width, height)


def taken_at(values: Mapping[str, object]) -> datetime | None:
    """Return when a photo was taken by the camera's clock; aware where the zone is recorded."""
    for name, offset in _TAKEN:
        found = _TIME.match(str(values.get(name, "")))
        if found is None:
            continue
        zone = _zone(found[7]) or _zone(str(values.get(offset, "")))
        try:
            year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
            return datetime(year, month, day, hour, minute, int(found[6] or 0), tzinfo=zone)
        except ValueError:  # "0000:00:00 00:00:00" of a camera whose clock was never set
            continue
    return None


def _zone(text: str) -> timezone | None:
    if text == "Z":
        return timezone(timedelta(0))
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-offset if found[1] == "-" else offset) if offset < timedelta(days=1) else None


def _degrees(value: object, limit: int) -> float | None:
    if not isinstance(value, int | float) or not -limit <= value <= limit:
        return None
    return float(value)
