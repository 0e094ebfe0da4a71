"""ISO base media files (ISO 14496-12, 23008-12): HEIC and AVIF items, and films."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from tagwright.pictures.pieces import MalformedError, Piece, Span, number, take

_METADATA_ITEMS = frozenset({b"Exif", b"mime", b"uri "})
_MAX_META = 1 << 24  # bytes


@dataclass(frozen=True, slots=True)
class Box:
    """A box and where its content lies, in bytes."""

    kind: bytes
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class _Item:
    """Where an item's data lies: in the file, or in the ``idat`` box."""

    method: int
    extents: tuple[tuple[int, int], ...]  # (offset, length)


def boxes(stream: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two positions."""
    while start + 8 <= end:
        stream.seek(start)
        length, kind = number(take(stream, 4)), take(stream, 4)
        header = 8
        if length == 1:
            length, header = number(take(stream, 8)), 16
        elif length == 0:
            length = end - start
        if length < header or start + length > end:
            raise MalformedError
        yield Box(kind, start + header, length - header)
        start += length


def walk_film(stream: BinaryIO, size: int) -> Iterator[Piece]:
    """Yield the media data; all else is index and metadata."""
    found = False
    for box in boxes(stream, 0, size):
        if box.kind == b"mdat":
            found = True
            yield Span(box.offset, box.length)
    if not found:
        raise MalformedError


def walk_items(stream: BinaryIO, size: int) -> Iterator[Piece]:
    """Yield type and data of the coded pictures in the order of their numbers.

    Neither positions nor properties are hashed: the ``irot`` property is metadata, as Orientation
    is elsewhere. Of a sequence this is the still that stands for it.
    """
    metas = [box for box in boxes(stream, 0, size) if box.kind == b"meta"]
    if len(metas) != 1 or not 4 <= metas[0].length <= _MAX_META:
        raise MalformedError
    stream.seek(metas[0].offset)
    meta = BytesIO(take(stream, metas[0].length))
    parts = {box.kind: box for box in boxes(meta, 4, metas[0].length)}
    if not {b"iinf", b"iloc"} <= parts.keys():
        raise MalformedError
    places = _locations(_content(meta, parts[b"iloc"]))
    idat = parts.get(b"idat", Box(b"idat", 0, 0))
    for identifier, kind in sorted(_kinds(meta, parts[b"iinf"])):
        if kind not in _METADATA_ITEMS and identifier in places:
            yield kind
            yield from _spans(places[identifier], metas[0].offset + idat.offset, size)


def _spans(item: _Item, idat: int, size: int) -> Iterator[Span]:
    if item.method not in {0, 1}:
        raise MalformedError
    base = idat if item.method else 0
    for offset, length in item.extents:
        yield Span(base + offset, length or size - base - offset)


def _content(meta: BinaryIO, box: Box) -> BinaryIO:
    meta.seek(box.offset)
    return BytesIO(take(meta, box.length))


def _kinds(meta: BinaryIO, box: Box) -> Iterator[tuple[int, bytes]]:
    """Yield number and type of every item in an ``iinf`` box."""
    meta.seek(box.offset)
    wide = take(meta, 4)[0] > 0
    header = 8 if wide else 6
    for entry in boxes(meta, box.offset + header, box.offset + box.length):
        content = _content(meta, entry)
        version = take(content, 4)[0]
        if entry.kind != b"infe" or version not in {2, 3}:
            raise MalformedError
        identifier = number(take(content, 4 if version == 3 else 2))
        take(content, 2)  # protection
        yield identifier, take(content, 4)


def _locations(iloc: BinaryIO) -> dict[int, _Item]:
    """Read an ``iloc`` box: the extents of every item."""
    version = take(iloc, 4)[0]
    if version > 2:
        raise MalformedError
    sizes = take(iloc, 2)
    offset_size, length_size = divmod(sizes[0], 16)
    base_size, index_size = divmod(sizes[1], 16)
    wide = 4 if version == 2 else 2
    found = {}
    for _ in range(number(take(iloc, wide))):
        identifier = number(take(iloc, wide))
        method = number(take(iloc, 2)) & 15 if version else 0
        if take(iloc, 2) != b"\0\0":
            raise MalformedError  # the data lies in another file
        base = number(take(iloc, base_size))
        extents = []
        for _ in range(number(take(iloc, 2))):
            take(iloc, index_size if version else 0)
            offset = number(take(iloc, offset_size))
            extents.append((base + offset, number(take(iloc, length_size))))
        found[identifier] = _Item(method, tuple(extents))
    return found
