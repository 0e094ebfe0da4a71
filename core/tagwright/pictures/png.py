"""PNG and APNG: the chunks that make pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from tagwright.pictures.pieces import MalformedError, Piece, Span, number, take

_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"acTL", b"fcTL", b"fdAT"})


def walk(stream: BinaryIO, size: int) -> Iterator[Piece]:
    """Yield type and data of pixel chunks; how the data is cut into IDAT chunks does not matter."""
    position = 8
    previous = b""
    while previous != b"IEND":
        stream.seek(position)
        length, kind = number(take(stream, 4)), take(stream, 4)
        if position + 12 + length > size:
            raise MalformedError
        if kind in _PIXELS:
            if (kind, previous) != (b"IDAT", b"IDAT"):
                yield kind
            yield Span(position + 8, length)
            previous = kind
        elif kind == b"IEND":
            previous = kind
        position += 12 + length
