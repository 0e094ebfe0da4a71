"""Renditions: the small upright sRGB pictures that vision services get to see."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from tagwright.errors import UnreadableError
from tagwright.model import Rendition, RenditionSpec
from tagwright.pictures.colour import to_srgb
from tagwright.pictures.containers import FILMS, Container, identify
from tagwright.pictures.opening import opened
from tagwright.pictures.raw import negative
from tagwright.pictures.stills import COPY_AGAIN, decoding, still
from tagwright.pictures.video import poster


def render(path: Path, spec: RenditionSpec) -> Rendition:
    """Make a photo, RAW file or video small, by what it is and not by what it is called.

    Upright, in sRGB, on white where it was transparent, the first frame where it moves, never
    enlarged, and without any metadata. May be called in several threads at once.

    Raises:
        UnreadableError: it cannot be shown; the cure says what to install or to do.
        VanishedError: it is no longer there.
        StorageError: it may not be read, or the disk fails.
    """
    with opened(path) as stream:
        small = _picture(path, stream, spec.long_edge)
        with decoding():
            return _encoded(to_srgb(small), spec.quality)


def render_data(data: bytes, spec: RenditionSpec) -> Rendition:
    """Make a picture small that a host has prepared: a JPEG, PNG, WebP or the like.

    Raises:
        UnreadableError: it is none of these, or cannot be decoded.
    """
    stream = BytesIO(data)
    container = identify(stream, "")
    if container is Container.UNKNOWN or container is Container.RAW or container in FILMS:
        raise UnreadableError("This is no picture that a host prepares.")
    with decoding():
        return _encoded(to_srgb(still(stream, container, spec.long_edge)), spec.quality)


def _picture(path: Path, stream: BinaryIO, long_edge: int) -> Image.Image:
    container = identify(stream, path.name)
    if container is Container.UNKNOWN:
        if stream.seek(0, 2) == 0:
            raise UnreadableError("The file is empty.", cure=COPY_AGAIN)
        cure = "It is damaged or wrongly named: try to open it in another program."
        raise UnreadableError("This is no picture in any format that is known.", cure=cure)
    if container is Container.RAW:
        return negative(stream, long_edge)
    if container in FILMS:
        return poster(path, long_edge)
    return still(stream, container, long_edge)


def _encoded(image: Image.Image, quality: int) -> Rendition:
    image.info.clear()  # Pillow would write a comment that it finds there
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Rendition(data=buffer.getvalue(), width=image.width, height=image.height)
