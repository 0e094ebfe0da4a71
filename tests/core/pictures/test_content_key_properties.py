"""Rules of the content key that must hold for every file."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tagwright.pictures import content_key

Chunks = list[bytes]
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEY = re.compile(r"[a-z]+1:[0-9a-f]{32}")


@pytest.fixture(scope="session")
def key_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], str]:
    """The content key of bytes."""
    path = tmp_path_factory.mktemp("keys") / "picture"

    def key(data: bytes) -> str:
        path.write_bytes(data)
        return content_key(path)

    return key


def encoded(photo: Image.Image, form: str, **options: Any) -> bytes:
    """The photo in a format."""
    buffer = BytesIO()
    photo.save(buffer, form, **options)
    return buffer.getvalue()


def jpeg_cuts(data: bytes) -> list[int]:
    """Where segments may be put into a JPEG: before each marker after the first."""
    cuts, at = [], 2
    while at < len(data):
        cuts.append(at)
        if data[at + 1] == 0xD9:
            break
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[cuts[-1] + 1] == 0xDA:
            at += re.search(rb"\xff[^\x00\xd0-\xd7]", data[at:], re.DOTALL).start()  # type: ignore[union-attr]
    return cuts


jpeg_segments = st.builds(
    lambda fill, marker, payload: (
        b"\xff" * fill + bytes((marker,)) + struct.pack(">H", len(payload) + 2) + payload
    ),
    st.integers(1, 3),
    st.sampled_from([*range(0xE0, 0xF0), 0xFE]),
    st.binary(max_size=300),
)
png_chunks = st.builds(
    lambda kind, data: (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    ),
    st.sampled_from([b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME", b"prVt"]),
    st.binary(max_size=300),
)
webp_chunks = st.builds(
    lambda kind, data: kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2),
    st.sampled_from([b"EXIF", b"XMP ", b"ICCP", b"wxyz"]),
    st.binary(max_size=300),
)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 3}])
@quick
@given(data=st.data())
def test_segments_in_a_jpeg(
    options: dict[str, Any],
    data: st.DataObject,
    photo: Image.Image,
    key_of: Callable[[bytes], str],
) -> None:
    """APPn and COM segments anywhere between markers, and fill bytes, leave the key."""
    picture = encoded(photo, "JPEG", **options)
    cuts = jpeg_cuts(picture)
    edited = picture
    for cut in sorted(data.draw(st.lists(st.sampled_from(cuts), max_size=4)), reverse=True):
        edited = edited[:cut] + data.draw(jpeg_segments) + edited[cut:]
    assert key_of(edited) == key_of(picture)
    assert key_of(edited).startswith("jpeg1:")


@quick
@given(chunks=st.lists(png_chunks, max_size=4), after=st.lists(png_chunks, max_size=2))
def test_chunks_in_a_png(
    chunks: Chunks, after: Chunks, photo: Image.Image, key_of: Callable[[bytes], str]
) -> None:
    """Ancillary chunks before and after the pixels leave the key."""
    picture = encoded(photo, "PNG")
    edited = picture[:33] + b"".join(chunks) + picture[33:-12] + b"".join(after) + picture[-12:]
    assert key_of(edited) == key_of(picture)
    assert key_of(edited).startswith("png1:")


@quick
@given(chunks=st.lists(webp_chunks, max_size=4))
def test_chunks_in_a_webp(
    chunks: Chunks, photo: Image.Image, key_of: Callable[[bytes], str]
) -> None:
    """The extended header and metadata chunks leave the key."""
    picture = encoded(photo, "WEBP")
    canvas = struct.pack("<I", photo.width - 1)[:3] + struct.pack("<I", photo.height - 1)[:3]
    header = b"VP8X" + struct.pack("<II", 10, 0x2C) + canvas
    body = b"WEBP" + header + picture[12:] + b"".join(chunks)
    assert key_of(b"RIFF" + struct.pack("<I", len(body)) + body) == key_of(picture)
    assert key_of(picture).startswith("webp1:")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BigTIFF", "AVIF"])
@quick
@given(data=st.data())
def test_damage_never_stops_it(
    form: str, data: st.DataObject, photo: Image.Image, key_of: Callable[[bytes], str]
) -> None:
    """A file cut off anywhere and with bytes changed anywhere still has a key, the same twice."""
    picture = bytearray(encoded(photo, form.removeprefix("Big"), big_tiff=form == "BigTIFF"))
    place = st.integers(0, len(picture) - 1) | st.integers(0, 400)
    for at in data.draw(st.lists(place, max_size=5)):
        picture[at] = data.draw(st.integers(0, 255))
    damaged = bytes(picture[: data.draw(place)])
    key = key_of(damaged)
    assert KEY.fullmatch(key)
    assert key_of(damaged) == key


MAGIC = [
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x80\0\0\0WEBP",
    b"GIF89a",
    b"II*\0\x08\0\0\0",
    b"MM\0+\0\x08\0\0",
    b"\0\0\0\x10ftypheic\0\0\0\0",
    b"\0\0\0\x10ftypmp42\0\0\0\0",
]


@quick
@given(magic=st.sampled_from(MAGIC), noise=st.binary(max_size=2000))
def test_noise_never_stops_it(magic: bytes, noise: bytes, key_of: Callable[[bytes], str]) -> None:
    """Anything behind a container's first bytes has a key."""
    assert KEY.fullmatch(key_of(magic + noise))
