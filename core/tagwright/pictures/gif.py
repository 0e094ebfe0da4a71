"""GIF: screen, colour tables and frames; neither comments nor application data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from tagwright.pictures.pieces import MalformedError, Piece, take

_EXTENSION = 0x21
_FRAME = 0x2C
_TRAILER = 0x3B
_METADATA = frozenset({0xFE, 0xFF})  # comment, application


def walk(stream: BinaryIO, _size: int) -> Iterator[Piece]:
    """Yield all blocks up to the trailer but metadata; nor the version, which metadata raises."""
    stream.seek(6)
    screen = take(stream, 7)
    yield screen + _colour_table(stream, screen[4])
    while (block := take(stream, 1)[0]) != _TRAILER:
        if block == _FRAME:
            frame = take(stream, 9)
            yield frame + _colour_table(stream, frame[8]) + take(stream, 1)
            yield from _sub_blocks(stream)
        elif block == _EXTENSION:
            yield from _extension(stream)
        else:
            raise MalformedError


def _colour_table(stream: BinaryIO, flags: int) -> bytes:
    return take(stream, 3 << ((flags & 7) + 1)) if flags & 0x80 else b""


def _extension(stream: BinaryIO) -> Iterator[bytes]:
    label = take(stream, 1)
    if label[0] in _METADATA:
        for _ in _sub_blocks(stream):
            pass
    else:
        yield label
        yield from _sub_blocks(stream)


def _sub_blocks(stream: BinaryIO) -> Iterator[bytes]:
    while length := take(stream, 1):
        if length == b"\0":
            return
        yield length + take(stream, length[0])
