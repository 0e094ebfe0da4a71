"""Our own look at a JPEG says what exiftool says, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright_adapters.exiftool import Pool
from tagwright_adapters.files import jpeg
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.snapshot import look

Exiftool = Callable[..., str]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("-XMP-dc:Subject=a",),
        ("-IPTC:Keywords=a",),
        ("-IPTC:Keywords=a", "-IPTCDigest=new", "-XMP-dc:Subject=a", "-EXIF:Artist=Me"),
        ("-Photoshop:XResolution=72", "-IPTC:City=Wien", "-Photoshop:CopyrightFlag=1"),
        ("-IPTCDigest=00112233445566778899aabbccddeeff",),
    ],
)
def test_blocks_are_those_that_exiftool_finds(
    library: FileLibrary, photo: Path, exiftool: Exiftool, arguments: tuple[str, ...]
) -> None:
    """XMP, IPTC and its digest, byte for byte."""
    if arguments:
        exiftool("-overwrite_original", *arguments, photo)
    seen = look(library._pool, photo).blocks
    assert jpeg.blocks(photo) == seen
    assert seen.in_step == ("-IPTCDigest=new" in arguments)


def test_what_is_unusual_is_left_to_exiftool(
    photo: Path, photos: Path, exiftool: Exiftool, tmp_path: Path
) -> None:
    """Extended XMP, other formats, files that end too soon."""
    note = tmp_path / "note"
    note.write_text("long " * 20_000)
    exiftool("-overwrite_original", f"-XMP-dc:Description<={note}", photo)
    assert jpeg.blocks(photo) is None
    assert jpeg.blocks(photos / "page.png") is None
    for end in (0, 1, 2, 10, 300):
        note.write_bytes((photos / "cat.jpg").read_bytes()[:end])
        assert jpeg.blocks(note) is None


def test_the_picture_is_all_but_metadata(photo: Path, photos: Path, exiftool: Exiftool) -> None:
    """A keyword makes no difference; a bit of the scan, a table or the trailer does."""
    original = photos / "cat.jpg"
    exiftool("-overwrite_original", "-XMP-dc:Subject=a", "-Comment=b", photo)
    assert jpeg.same_picture(original, photo)
    data = original.read_bytes()
    table = data.index(b"\xff\xdb") + 10
    for position in (table, len(data) // 2, len(data) - 1):
        photo.write_bytes(data[:position] + bytes((data[position] ^ 1,)) + data[position + 1 :])
        assert not jpeg.same_picture(original, photo)
    for other in (data + b"trailer", data[:-1], b"", b"\x89PNG"):
        photo.write_bytes(other)
        assert not jpeg.same_picture(original, photo)


def test_a_pool_that_was_never_used_starts_nothing() -> None:
    """No process, no folder."""
    pool = Pool(3)
    pool.close()
    assert pool._made == []
