"""Frames of bursts, and what may be taken for one: made of real photos, the same ones each time."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageOps

EDGE = 750  # px, as renditions have by default
_MARGIN = 0.04  # of each edge, that a shaken frame leaves out
_GAP = 0.25  # of an edge, that the other composition is off by


def shaken(photo: Image.Image, random: Random, shift: float) -> Image.Image:
    """Return a frame of a hand-held burst.

    Any two are up to ``shift`` (of an edge) apart across and down, turned by up to 0.5 degrees,
    and up to 0.3 EV lighter or darker; each has noise of its own.
    """
    turned = photo.rotate(random.uniform(-0.25, 0.25), Image.Resampling.BICUBIC)
    width, height = (round(edge * (1 - 2 * _MARGIN)) for edge in photo.size)
    left, top = (
        round(edge * (_MARGIN + random.uniform(-shift / 2, shift / 2))) for edge in photo.size
    )
    frame = turned.crop((left, top, left + width, top + height))
    exposure = 2 ** random.uniform(-0.15, 0.15)
    return _noisy(frame.point(lambda value: min(255, round(value * exposure))), random)


def _noisy(frame: Image.Image, random: Random) -> Image.Image:
    # Made of the seed, as Pillow's own noise cannot be.
    grain = Image.frombytes("L", (256, 256), random.randbytes(256 * 256)).resize(frame.size)
    scaled = grain.point(lambda value: 128 + (value - 128) // 12)
    return ImageChops.add(frame, Image.merge("RGB", [scaled] * 3), offset=-128)


def others(photo: Image.Image, random: Random) -> Iterator[tuple[str, Image.Image]]:
    """Yield other compositions of the same scene, by what they are."""
    yield "moved by 25 %", _part(photo, 1 - _GAP, random.choice((0, 1)), random.choice((0, 1)))
    yield "mirrored", ImageOps.mirror(photo)
    yield "zoomed 1.5 times", _part(photo, 1 / 1.5, random.uniform(0.3, 0.7), 0.5)


def _part(photo: Image.Image, share: float, x: float, y: float) -> Image.Image:
    width, height = (edge * share for edge in photo.size)
    left, top = (photo.width - width) * x, (photo.height - height) * y
    box = (round(left), round(top), round(left + width), round(top + height))
    return photo.resize(photo.size, Image.Resampling.BICUBIC, box=box)


def joined(photo: Image.Image, subject: Image.Image, random: Random, size: float) -> Image.Image:
    """Return a photo into which a subject has come, ``size`` of its long edge wide."""
    edge = round(max(photo.size) * size)
    disc = ImageOps.fit(subject, (edge, edge))
    mask = Image.new("L", disc.size, 0)
    ImageDraw.Draw(mask).ellipse((0, 0, edge, edge), fill=255)
    at = [round(random.uniform(0.15, 0.85) * length - edge / 2) for length in photo.size]
    made = photo.copy()
    made.paste(disc, (at[0], at[1]), mask)
    return made


def jpeg(picture: Image.Image, quality: int = 85) -> bytes:
    """Return a picture as a rendition has it."""
    small = picture.copy()
    small.thumbnail((EDGE, EDGE))
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def photo(path: Path) -> Image.Image:
    """Return a photo a little larger than its rendition."""
    with Image.open(path) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((EDGE, EDGE))
    return upright
