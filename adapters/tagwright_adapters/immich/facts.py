"""What Immich knows of a photo without anybody looking at it."""

from __future__ import annotations

from tagwright.model import Extra, ExtraField, Facts
from tagwright_adapters.immich.models import Asset, Exif

Path = tuple[str, ...]


def facts(
    asset: Asset,
    tags: tuple[Path, ...],
    extras: tuple[Extra, ...],
    unseen: frozenset[ExtraField] = frozenset(),
) -> Facts:
    """Return what is known of an asset, with these tags and extras on it, as far as was seen."""
    exif = asset.exif or Exif()
    local = asset.local_date_time
    return Facts(
        name=asset.original_file_name,
        width=_pixels(asset.width),
        height=_pixels(asset.height),
        taken_at=local.replace(tzinfo=None) if local else None,
        latitude=exif.latitude,
        longitude=exif.longitude,
        tags=tags,
        metadata=_metadata(exif),
        people=tuple(person.name for person in asset.people if person.name),
        keywords=tags,
        extras=extras,
        unseen=unseen,
    )


def _pixels(length: float | None) -> int | None:
    return int(length) if length else None


def _metadata(exif: Exif) -> dict[str, object]:
    known = {
        "EXIF:Make": exif.make,
        "EXIF:Model": exif.model,
        "Composite:GPSLatitude": exif.latitude,
        "Composite:GPSLongitude": exif.longitude,
        "XMP:City": exif.city,
        "XMP:State": exif.state,
        "XMP:Country": exif.country,
    }
    return {name: value for name, value in known.items() if value is not None}
