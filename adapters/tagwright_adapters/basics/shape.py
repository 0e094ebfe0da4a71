"""The format of the picture."""

from __future__ import annotations

from collections.abc import Iterator

from tagwright.model import Facts, Observation, Rendition
from tagwright_adapters.basics.labels import seen
from tagwright_adapters.basics.values import camera, number, text

_APPLE_PANORAMA = 6  # EXIF CustomRendered as iOS uses it


def observe_shape(rendition: Rendition, facts: Facts) -> Iterator[Observation]:
    """Yield "square" or "portrait format"; nearly every other photo is in landscape format."""
    width, height = _size(rendition, facts)
    if width <= 0 or height <= 0:
        return
    how = f"{width} × {height} px"  # noqa: RUF001 - the sign for dimensions
    ratio = width / height
    if 0.99 <= ratio <= 1.01:
        yield seen("square", 0.95, how)
    elif ratio <= 1 / 1.05:
        yield seen("portrait format", 0.95, how)


def observe_panorama(rendition: Rendition, facts: Facts) -> Iterator[Observation]:
    """Yield "panorama" or "360 degree photo"."""
    width, height = _size(rendition, facts)
    if width <= 0 or height <= 0:
        return
    how = f"{width} × {height} px"  # noqa: RUF001 - the sign for dimensions
    ratio = max(width / height, height / width)
    if text(facts.metadata, "XMP:ProjectionType").lower() == "equirectangular":
        yield seen("360 degree photo", 0.95, "XMP ProjectionType equirectangular")
    elif _stitched(facts):
        yield seen("panorama", 0.95, "EXIF CustomRendered 6 (panorama)")
    elif ratio >= 2.4:
        yield seen("panorama", 0.85, how)
    elif ratio >= 2:
        yield seen("panorama", 0.6, f"{how}, but whole phone screens have this format too")


def _stitched(facts: Facts) -> bool:
    rendered = number(facts.metadata, "EXIF:CustomRendered")
    return rendered == _APPLE_PANORAMA and camera(facts).startswith("Apple")


def _size(rendition: Rendition, facts: Facts) -> tuple[int, int]:
    """Return the original's size; that of the small picture is rounded."""
    if facts.width and facts.height:
        return facts.width, facts.height
    return rendition.width, rendition.height
