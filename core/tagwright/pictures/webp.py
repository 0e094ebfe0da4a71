"""WebP: the coded frames; not the VP8X header, which comes and goes with metadata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from tagwright.pictures.pieces import MalformedError, Piece, Span, take

_PIXELS = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})


def walk(stream: BinaryIO, size: int) -> Iterator[Piece]:
    """Yield type and data of the pixel chunks of the RIFF container."""
    stream.seek(4)
    end = 8 + int.from_bytes(take(stream, 4), "little")
    if end > size + 1:  # the pad byte of the last chunk is often left out
        raise MalformedError
    position = 12
    while position < end - 1:
        stream.seek(position)
        kind, length = take(stream, 4), int.from_bytes(take(stream, 4), "little")
        if position + 8 + length > size:
            raise MalformedError
        if kind in _PIXELS:
            yield kind
            yield Span(position + 8, length)
        position += 8 + length + length % 2
