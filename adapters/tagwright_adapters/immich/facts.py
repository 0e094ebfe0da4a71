"""What Immich knows of a photo without anybody looking at it."""

from __future__ import annotations

from tagwright.model import Extra, Facts
from tagwright_adapters.immich.models import Asset, Exif


def facts(asset: Asset, extras: tuple[Extra, ...] = ()) -> Facts:
    """Return what is known of an asset that was read by itself, with its tags."""
    exif = asset.exif or Exif()
    local = asset.local_date_time
    return Facts(
        name=asset.original_file_name,
        width=_pixels(asset.width),
        height=_pixels(asset.height),
        taken_at=local.replace(tzinfo=None) if local else None,
        latitude=exif.latitude,
        longitude=exif.longitude,
        tags=asset.paths,
        metadata=_metadata(exif),
        people=tuple(person.name for person in asset.people if person.name),
        keywords=asset.paths,
        extras=extras,
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
