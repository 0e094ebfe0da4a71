"""JPEG (ITU-T T.81, annex B): every marker segment but APPn and COM, and the scans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from tagwright.pictures.pieces import MalformedError, Piece, number, take

_CHUNK = 1 << 18  # bytes; more would not stay in the cache
_EOI = 0xD9
_SOS = 0xDA
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # TEM, RSTn, SOI
_METADATA = frozenset({*range(0xE0, 0xF0), 0xFE})  # APPn, COM
_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)


def walk(stream: BinaryIO, size: int) -> Iterator[Piece]:
    """Yield the first picture; of one that ends within its scans, what there is.

    The end marker is no piece, because ExifTool adds it where it is missing; nor is what follows
    it (a second picture, a motion photo).
    """
    take(stream, 2)
    while (marker := _marker(stream)) != _SOS:
        if marker == _EOI:
            raise MalformedError
        yield from _segment(stream, marker)
    while marker != _EOI:
        try:
            yield from _segment(stream, marker)
        except MalformedError:
            return
        yield from _scan(stream)
        if stream.tell() >= size:
            return
        marker = _marker(stream)


def _marker(stream: BinaryIO) -> int:
    """Return the code that follows one or more 0xFF."""
    byte = take(stream, 1)
    if byte != b"\xff":
        raise MalformedError
    while byte == b"\xff":
        byte = take(stream, 1)
    return byte[0]


def _segment(stream: BinaryIO, marker: int) -> Iterator[bytes]:
    """Read a segment whole and yield it unless it is metadata."""
    payload = b""
    if marker not in _STANDALONE:
        length = number(take(stream, 2))
        payload = take(stream, max(0, length - 2))
    if marker not in _METADATA:
        yield bytes((0xFF, marker)) + len(payload).to_bytes(2, "big") + payload


def _scan(stream: BinaryIO) -> Iterator[bytes]:
    """Yield entropy-coded data and leave the stream at the marker, or its fill, that ends it."""
    while chunk := stream.read(_CHUNK):
        end = _MARKER_IN_SCAN.search(chunk)
        data = (chunk[: end.start()] if end else chunk).rstrip(b"\xff")
        if end:
            stream.seek(len(data) - len(chunk), 1)
            yield data
            return
        if data:  # a marker may begin at the end of this chunk
            stream.seek(len(data) - len(chunk), 1)
        yield data or chunk
