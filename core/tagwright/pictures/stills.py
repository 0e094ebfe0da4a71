"""Still pictures through Pillow, whose global settings and registry are left as they are.

``Image.open`` is passed by: its one limit for all formats would refuse the panoramas that a
scaled decode makes cheap, and its search by registry would let a plugin of somebody else decide.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import IO, cast

from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageChops,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.ExifTags import Base

from tagwright.errors import TagwrightError, UnreadableError
from tagwright.pictures.colour import resizable
from tagwright.pictures.containers import Container

COPY_AGAIN = "Copy it again from the camera or from a backup."

_MAX_PIXELS = 180_000_000  # to be held in memory at once: 720 MB; the largest sensors have 150
_BIG_PIXELS = 50_000_000
_MAX_SCANS = 100  # of a progressive JPEG, which has about ten
_MAX_BYTES = 1 << 30  # some decoders take the file whole
_BLOCK = 1 << 20  # bytes between two of which a decoder waits for Python's lock; Pillow's are 64 KB
_SCAN = b"\xff\xda"
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_one_big_at_a_time = threading.Lock()


class Jpeg(JpegImagePlugin.JpegImageFile):
    """A JPEG that decodes as far as it goes, without ``LOAD_TRUNCATED_IMAGES`` for everybody."""

    cut_off = False

    def load_read(self, read_bytes: int) -> bytes:
        """Read, in larger blocks than asked; supply the end marker where the file has none."""
        data = super().load_read(max(read_bytes, _BLOCK))
        if data or self.cut_off:
            return data
        self.cut_off = True
        return b"\xff\xd9"

    def scans(self) -> int:
        """Count the passes over the picture; with more than one, all of it is held in memory."""
        assert self.fp is not None  # not loaded yet
        at = self.fp.tell()
        self.fp.seek(at - 8 - 2 * self.layers)  # where a first scan of all components starts
        complete = self.fp.read(2) == _SCAN
        if complete and not self.info.get("progressive"):
            found = 1
        else:
            rest = iter(partial(self.fp.read, 1 << 20), b"")
            found = 2 + sum(chunk.count(_SCAN) for chunk in rest)
        self.fp.seek(at)
        return found


class _Unmapped:
    """A file whose descriptor libtiff does not get, because it would map it into memory."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.read = stream.read
        self.seek = stream.seek
        self.tell = stream.tell


def _tiff(stream: IO[bytes]) -> Image.Image:
    return TiffImagePlugin.TiffImageFile(cast("IO[bytes]", _Unmapped(stream)))


def _heic(stream: IO[bytes]) -> Image.Image:
    try:
        import pillow_heif  # noqa: PLC0415 - an extra
    except ImportError as exc:
        cure = "Run: pip install 'tagwright[heic]'"
        raise UnreadableError("HEIC pictures need a decoder to be installed.", cure=cure) from exc
    image: Image.Image = pillow_heif.HeifImageFile(stream)  # type: ignore[no-untyped-call]
    return image


_OPENERS: dict[Container, Callable[[IO[bytes]], Image.Image]] = {
    Container.JPEG: Jpeg,
    Container.PNG: PngImagePlugin.PngImageFile,
    Container.WEBP: WebPImagePlugin.WebPImageFile,
    Container.GIF: GifImagePlugin.GifImageFile,
    Container.TIFF: _tiff,
    Container.AVIF: AvifImagePlugin.AvifImageFile,
    Container.HEIC: _heic,
}


def still(stream: IO[bytes], container: Container, long_edge: int) -> Image.Image:
    """Return the first picture in a stream, upright and no larger than asked, in its own colours.

    A JPEG that was cut off is shown as far as it goes, if that is at least half of it.

    Raises:
        UnreadableError: it cannot be decoded, or not within memory.
    """
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > _MAX_BYTES:
        raise UnreadableError(f"A picture of {size >> 20} MiB is more than is taken into memory.")
    with decoding():
        image = _OPENERS[container](stream)
        return turned(shrunk(image, long_edge), orientation(image))


@contextmanager
def decoding() -> Iterator[None]:
    """Turn whatever a decoder raises into our error; errors of the disk stay what they are."""
    try:
        yield
    except TagwrightError:
        raise
    except Exception as exc:
        if isinstance(exc, OSError) and exc.errno:
            raise
        reason = str(exc).strip(" .\n") or type(exc).__name__
        message = f"The picture cannot be decoded: {reason}."
        raise UnreadableError(message, cure=COPY_AGAIN) from exc


def shrunk(image: Image.Image, long_edge: int) -> Image.Image:
    """Return an image in which no edge is longer than ``long_edge`` px; never a larger one."""
    scale = min(1.0, long_edge / max(image.size))
    target = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    original = image.size
    drafted = image.draft(None, target)
    pixels = _held(image, original)
    with _one_big_at_a_time if pixels > _BIG_PIXELS else nullcontext():
        small = resizable(image).resize(
            target, Image.Resampling.LANCZOS, box=drafted and drafted[1], reducing_gap=1.0
        )
    return _without_missing(small) if getattr(image, "cut_off", False) else small


def _held(image: Image.Image, original: tuple[int, int]) -> int:
    """Return how many pixels decoding holds at once, and refuse what no photo is."""
    scans = image.scans() if isinstance(image, Jpeg) else 1
    width, height = original if scans > 1 else image.size
    if width * height > _MAX_PIXELS:
        message = f"{width} by {height} pixels are more than is taken into memory."
        raise UnreadableError(message, cure="Save a smaller copy of it, or a baseline JPEG.")
    if scans > _MAX_SCANS:
        raise UnreadableError(f"A JPEG of {scans} scans is made to keep programs busy.")
    return width * height


def orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8, of an image that is loaded; 1 where there is none."""
    try:
        return int(image.getexif().get(Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - broken EXIF raises anything, and matters little
        return 1


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Return the image as an EXIF orientation says it is to be seen."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _without_missing(image: Image.Image) -> Image.Image:
    """Cut off the rows that the decoder filled with its mid-grey because their data is missing."""
    if image.mode not in {"L", "RGB"}:
        return image
    grey = Image.new(image.mode, image.size, (128,) * len(image.getbands()))
    box = ImageChops.difference(image, grey).getbbox()
    height = box[3] if box else 0
    if height < image.height / 2:
        part = 100 * height // image.height
        message = f"The picture is cut off: only the upper {part} % are there."
        raise UnreadableError(message, cure=COPY_AGAIN)
    return image.crop((0, 0, image.width, height))
