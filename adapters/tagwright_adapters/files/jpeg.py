"""JPEG files read back without exiftool: cheaper, and by other code than wrote them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from tagwright_adapters.files.blocks import Blocks

_SOI, _SOS, _APP1, _APP13, _COMMENT = b"\xff\xd8", 0xDA, 0xE1, 0xED, 0xFE
_METADATA = frozenset((*range(0xE0, 0xF0), _COMMENT))
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"
_IPTC, _DIGEST = 0x0404, 0x0425  # image resources
_CHUNK = 1 << 18  # bytes; more would not stay in the cache


class _UnusualError(Exception):
    """A file that exiftool had better look at."""


def blocks(path: Path) -> Blocks | None:
    """Return the metadata blocks, or None of a file that is unusual in any way."""
    try:
        with path.open("rb") as stream:
            segments = list(_head(stream))
        packets = [data for marker, data in segments if marker == _APP1 and data.startswith(_XMP)]
        resources = _resources(segments)
    except _UnusualError:
        return None
    if len(packets) > 1 or any(data.startswith(_EXTENDED) for _, data in segments):
        return None
    digest = resources.get(_DIGEST)
    return Blocks(
        xmp=tuple(packet.removeprefix(_XMP) for packet in packets),
        iptc=resources.get(_IPTC),
        digest=None if digest is None else digest.hex(),
    )


def same_picture(one: Path, other: Path) -> bool:
    """Whether all but metadata segments is equal, byte for byte, to the end of both files."""
    with one.open("rb") as left, other.open("rb") as right:
        try:
            if _picture(left) != _picture(right):
                return False
        except _UnusualError:
            return False
        while chunk := left.read(_CHUNK):
            if chunk != right.read(_CHUNK):
                return False
        return not right.read(1)


def _picture(stream: BufferedReader) -> list[tuple[int, bytes]]:
    return [segment for segment in _head(stream) if segment[0] not in _METADATA]


def _head(stream: BufferedReader) -> Iterator[tuple[int, bytes]]:
    """Yield marker and payload of the segments up to the first scan, where the stream stays."""
    if stream.read(2) != _SOI:
        raise _UnusualError
    while True:
        start = stream.read(4)
        if len(start) < 4 or start[0] != 0xFF or not 0xC0 <= start[1] <= 0xFE:
            raise _UnusualError
        marker, size = start[1], int.from_bytes(start[2:], "big") - 2
        payload = stream.read(max(size, 0))
        if len(payload) != size:
            raise _UnusualError
        yield marker, payload
        if marker == _SOS:
            return


def _resources(segments: list[tuple[int, bytes]]) -> dict[int, bytes]:
    """Return Photoshop's image resources by number."""
    parts = [data for marker, data in segments if marker == _APP13 and data.startswith(_PHOTOSHOP)]
    if len(parts) > 1:
        raise _UnusualError
    data = parts[0].removeprefix(_PHOTOSHOP) if parts else b""
    found: dict[int, bytes] = {}
    while len(data) >= 12:
        number = int.from_bytes(data[4:6], "big")
        start = 6 + (data[6] + 2 & ~1)  # a name with its length before it, padded to even
        size = int.from_bytes(data[start : start + 4], "big")
        body = data[start + 4 : start + 4 + size]
        if data[:4] != b"8BIM" or len(body) != size or number in found:
            raise _UnusualError
        found[number] = body
        data = data[start + 4 + (size + 1 & ~1) :]
    return found
