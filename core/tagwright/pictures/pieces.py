"""What a container's walker hands over to be hashed, and how it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO


class MalformedError(Exception):
    """The container's own structure does not hold together."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the file, in bytes."""

    offset: int
    length: int


Piece = bytes | Span


Walker = Callable[[BinaryIO, int], Iterator[Piece]]
"""Yields the pieces of a container that make the picture, given the file and its size in bytes.

Raises MalformedError, at any piece, where the structure does not hold together.
"""


def take(stream: BinaryIO, length: int) -> bytes:
    """Read exactly ``length`` bytes."""
    data = stream.read(length)
    if len(data) != length:
        raise MalformedError
    return data


def number(data: bytes) -> int:
    """Return a big-endian unsigned integer."""
    return int.from_bytes(data, "big")
