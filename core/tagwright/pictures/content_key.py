"""The content key: a hash of the picture itself that no metadata changes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tagwright.pictures import gif, isobmff, jpeg, png, tiff, webp
from tagwright.pictures.containers import Container, by_magic
from tagwright.pictures.opening import opened
from tagwright.pictures.pieces import MalformedError, Span, Walker

_CHUNK = 1 << 18  # bytes; more would not stay in the cache
_DIGITS = 32

_SCHEMES: dict[Container, tuple[str, Walker]] = {
    Container.JPEG: ("jpeg1", jpeg.walk),
    Container.PNG: ("png1", png.walk),
    Container.WEBP: ("webp1", webp.walk),
    Container.GIF: ("gif1", gif.walk),
    Container.TIFF: ("tiff1", tiff.walk),
    Container.HEIC: ("heif1", isobmff.walk_items),
    Container.AVIF: ("heif1", isobmff.walk_items),
    Container.FILM: ("film1", isobmff.walk_film),
}


def content_key(path: Path) -> str:
    """Return ``"<scheme><version>:<32 hex digits>"`` of the image data, ignoring metadata.

    The container is walked here and not by ExifTool, so that the key is the same with every
    version of it. A file of another format, or one whose structure does not hold together, is
    hashed whole (``file1:``). Files are streamed and not mapped: one that somebody truncates
    meanwhile gives another key, and no SIGBUS.

    Raises:
        AssetError: the file cannot be read.
    """
    with opened(path) as stream:
        scheme, walker = _SCHEMES.get(by_magic(stream), (None, None))
        if scheme and walker:
            try:
                return f"{scheme}:{_digest(stream, walker)}"
            except MalformedError:
                pass
        return f"file1:{_digest(stream, _whole)}"


def _digest(stream: BinaryIO, walker: Walker) -> str:
    """Hash the pieces. Spans that add up to more than the file are a trap, not a picture."""
    size = os.fstat(stream.fileno()).st_size
    budget = size
    digest = hashlib.sha256()
    stream.seek(0)
    for piece in walker(stream, size):
        if isinstance(piece, bytes):
            digest.update(piece)
            continue
        budget -= piece.length
        if budget < 0 or not 0 <= piece.offset <= piece.offset + piece.length <= size:
            raise MalformedError
        for chunk in _chunks(stream, piece):
            digest.update(chunk)
    return digest.hexdigest()[:_DIGITS]


def _whole(stream: BinaryIO, _size: int) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _chunks(stream: BinaryIO, span: Span) -> Iterator[bytes]:
    stream.seek(span.offset)
    left = span.length
    while left:
        chunk = stream.read(min(left, _CHUNK))
        if not chunk:
            raise MalformedError
        left -= len(chunk)
        yield chunk
