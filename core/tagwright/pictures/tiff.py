"""TIFF 6.0 and BigTIFF, and the RAW formats built on them: strips, tiles and what they mean.

Offsets are followed and never hashed, because every rewrite of the metadata moves them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tagwright.pictures.pieces import MalformedError, Piece, Span, take

_INTEGERS = {1: "B", 3: "H", 4: "I", 7: "B", 13: "I", 16: "Q", 18: "Q"}  # TIFF type: struct code
_PHOTOMETRIC = 262
_SUB_IFDS = 330
_DNG_VERSION = 50706
_DATA = {273: 279, 324: 325, 513: 514}  # offsets: byte counts, of strips, tiles and a JPEG
_STRUCTURE = (
    *(256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 317, 320, 322, 323, 338, 339, 347),
    *(512, 530, 531),
)
_WANTED = frozenset({*_STRUCTURE, *_DATA, *_DATA.values(), _SUB_IFDS, _DNG_VERSION})
_SENSOR_DATA = frozenset({32803, 34892})  # colour filter array, linear raw
_MAX_LENGTH = 1 << 22  # bytes of one tag: a million strips

Ifd = dict[int, tuple[int, ...]]


@dataclass(slots=True)
class _Reader:
    """A stream, how it writes numbers, and how many bytes of tags it can still hold.

    Directories that overlap could otherwise be read for ever.
    """

    stream: BinaryIO
    order: str  # of struct: "<" or ">"
    big: bool
    size: int
    budget: int

    def move_to(self, offset: int, length: int) -> None:
        self.budget -= length
        if self.budget < 0 or length > _MAX_LENGTH or offset + length > self.size:
            raise MalformedError
        self.stream.seek(offset)

    def unpack(self, codes: str) -> tuple[int, ...]:
        layout = struct.Struct(self.order + codes)
        return layout.unpack(take(self.stream, layout.size))

    @property
    def word(self) -> str:
        return "Q" if self.big else "I"


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    kind: int
    count: int
    value: bytes  # or its offset


def walk(stream: BinaryIO, size: int) -> Iterator[Piece]:
    """Yield the structural tags and the coded data of every page and sub-image."""
    found = False
    for ifd in _directories(stream, size):
        yield repr([(tag, ifd[tag]) for tag in _STRUCTURE if tag in ifd]).encode()
        for offsets, counts in _DATA.items():
            if len(ifd.get(offsets, ())) != len(ifd.get(counts, ())):
                raise MalformedError
            for span in zip(ifd.get(offsets, ()), ifd.get(counts, ()), strict=True):
                found = True
                yield Span(*span)
    if not found:
        raise MalformedError


def is_negative(stream: BinaryIO, size: int) -> bool:
    """Say whether a TIFF structure holds sensor data, a RAW file, and not finished pictures."""
    try:
        return any(
            _DNG_VERSION in ifd or not _SENSOR_DATA.isdisjoint(ifd.get(_PHOTOMETRIC, ()))
            for ifd in _directories(stream, size)
        )
    except MalformedError:
        return False


def _directories(stream: BinaryIO, size: int) -> Iterator[Ifd]:
    """Yield what matters of each IFD, sub-IFDs after the one that names them."""
    reader, first = _header(stream, size)
    pending = [first]
    seen = {0}
    while pending:
        offset = pending.pop()
        if offset in seen:
            continue
        seen.add(offset)
        ifd, following = _directory(reader, offset)
        pending += [following, *reversed(ifd.get(_SUB_IFDS, ()))]
        yield ifd


def _header(stream: BinaryIO, size: int) -> tuple[_Reader, int]:
    stream.seek(0)
    order = "<" if take(stream, 2) == b"II" else ">"
    reader = _Reader(stream, order, big=False, size=size, budget=size)
    if reader.unpack("H")[0] == 43:
        reader.big = True
        reader.unpack("HH")
    return reader, reader.unpack(reader.word)[0]


def _directory(reader: _Reader, offset: int) -> tuple[Ifd, int]:
    """Read one IFD; return it and the offset of the next one."""
    reader.move_to(offset, 8 if reader.big else 2)
    (count,) = reader.unpack("Q" if reader.big else "H")
    reader.move_to(reader.stream.tell(), count * (20 if reader.big else 12))
    entries = [_entry(reader) for _ in range(count)]
    (following,) = reader.unpack(reader.word)
    return {
        entry.tag: _values(reader, entry)
        for entry in entries
        if entry.tag in _WANTED and entry.kind in _INTEGERS
    }, following


def _entry(reader: _Reader) -> _Entry:
    tag, kind, count = reader.unpack("HH" + reader.word)
    return _Entry(tag, kind, count, take(reader.stream, 8 if reader.big else 4))


def _values(reader: _Reader, entry: _Entry) -> tuple[int, ...]:
    """Return the values of an entry, which stand in it or, if too long, elsewhere."""
    code = _INTEGERS[entry.kind]
    length = entry.count * struct.calcsize("=" + code)
    if length <= len(entry.value):
        return struct.unpack_from(f"{reader.order}{entry.count}{code}", entry.value)
    (offset,) = struct.unpack(reader.order + reader.word, entry.value)
    reader.move_to(offset, length)
    return reader.unpack(f"{entry.count}{code}")
