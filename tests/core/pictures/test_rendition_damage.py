"""Renditions of what is broken, hostile, gone or too large."""

from __future__ import annotations

import errno
import re
import struct
import sys
import zlib
from contextlib import suppress
from io import BytesIO, FileIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tagwright.errors import StorageError, UnreadableError, VanishedError
from tagwright.model import RenditionSpec
from tagwright.pictures import Container, content_key, render
from tagwright.pictures.opening import opened
from tagwright.pictures.stills import decoding, still

SPEC = RenditionSpec()


def encoded(photo: Image.Image, form: str, **options: object) -> bytes:
    """The photo in a format."""
    buffer = BytesIO()
    photo.save(buffer, form, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("tail", [2, 2000])
def test_a_jpeg_cut_off_late_is_shown(tail: int, photos: Path, tmp_path: Path) -> None:
    """Most of a photo is worth its tags: the rows that are there are shown, without the grey."""
    path = tmp_path / "cut.jpg"
    path.write_bytes((photos / "cat.jpg").read_bytes()[:-tail])
    rendition = render(path, SPEC)
    assert rendition.width == 451
    assert (280 if tail > 2 else 300) <= rendition.height <= 300
    with Image.open(BytesIO(rendition.data)) as image:
        bottom = image.crop((0, image.height - 4, image.width, image.height)).getextrema()
    assert bottom != ((128, 128), (128, 128), (128, 128))


def test_a_jpeg_cut_off_early_is_refused(photos: Path, tmp_path: Path) -> None:
    """Tags for a strip of sky would mislead: less than half is an error that says so."""
    path = tmp_path / "cut.jpg"
    path.write_bytes((photos / "cat.jpg").read_bytes()[:9000])
    with pytest.raises(UnreadableError, match=r"cut\.jpg: .* cut off: only the upper \d+ %.*Copy"):
        render(path, SPEC)


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_other_cut_off_pictures_are_refused(form: str, photo: Image.Image, tmp_path: Path) -> None:
    """What no decoder can show is an error with the file's name and a cure."""
    data = encoded(photo, form)
    path = tmp_path / "cut.xyz"
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(UnreadableError, match=r"cut\.xyz: .*Copy it again"):
        render(path, SPEC)


def test_no_picture(tmp_path: Path) -> None:
    """Nothing, rubbish, a folder, a missing file and a failing disk are told apart."""
    path = tmp_path / "x.jpg"
    path.write_bytes(b"")
    with pytest.raises(UnreadableError, match="empty"):
        render(path, SPEC)
    path.write_bytes(b"#EXTM3U\nfile:///etc/passwd\n")
    with pytest.raises(UnreadableError, match="known"):
        render(path, SPEC)
    path.unlink()
    with pytest.raises(VanishedError, match=r"x\.jpg"):
        render(path, SPEC)
    path.mkdir()
    with pytest.raises(UnreadableError, match="folder"):
        render(path, SPEC)
    with pytest.raises(StorageError, match="disk"):
        content_key(Path("/proc/self/mem"))  # reading there fails as on a broken disk


def test_a_disk_that_fails_is_not_the_pictures_fault(photos: Path) -> None:
    """An error of the disk in the middle of decoding may pass, and is told as such."""
    with pytest.raises(StorageError, match="disk"), opened(photos / "cat.jpg"), decoding():
        raise OSError(errno.EIO, "Input/output error")


def test_libtiff_gets_no_descriptor(photo: Image.Image, tmp_path: Path) -> None:
    """It would map the file, and whoever truncates it then would end the process."""

    class Guarded(FileIO):
        def fileno(self) -> int:
            pytest.fail("the descriptor was asked for")

    path = tmp_path / "a.tif"
    photo.save(path, compression="tiff_lzw")
    with Guarded(path) as stream:
        assert still(stream, Container.TIFF, 750).size == photo.size


def test_names_in_errors_can_be_printed(tmp_path: Path) -> None:
    """A name that is no text, or would break a line, is spelt so that it can be shown."""
    path = tmp_path / "a\n\udcff.jpg"
    path.write_bytes(b"")
    with pytest.raises(UnreadableError) as caught:
        render(path, SPEC)
    assert str(caught.value).isprintable()
    assert r"a\n\udcff.jpg" in str(caught.value)


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be vast."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(width + 1))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def resized(jpeg: bytes, width: int, height: int) -> bytes:
    """A JPEG that claims another size."""
    header = re.search(rb"\xff[\xc0\xc2]\0.\x08", jpeg, re.DOTALL)
    assert header
    return jpeg[: header.end()] + struct.pack(">HH", height, width) + jpeg[header.end() + 4 :]


def test_bombs_are_refused(photo: Image.Image, tmp_path: Path) -> None:
    """What would fill the memory is refused before it does: a PNG, and JPEGs of several scans."""
    three_scans = re.sub(
        rb"\xff\xda\0\x0c\x03......\0\x3f\0",
        b"\xff\xda\0\x08\x01\x01\0\0\x3f\0",
        encoded(photo, "JPEG"),
        flags=re.DOTALL,
    )
    bombs = {
        "bomb.png": png_bomb(30_000, 30_000),
        "progressive.jpg": resized(encoded(photo, "JPEG", progressive=True), 60_000, 60_000),
        "scans.jpg": resized(three_scans, 60_000, 60_000),
    }
    for name, bomb in bombs.items():
        (tmp_path / name).write_bytes(bomb)
        with pytest.raises(UnreadableError, match=r"0 by .*0 pixels are more.*Save a smaller"):
            render(tmp_path / name, SPEC)


def test_endless_scans_are_refused(photo: Image.Image, tmp_path: Path) -> None:
    """A JPEG that goes over the picture a thousand times would keep a processor for hours."""
    picture = encoded(photo, "JPEG", progressive=True)
    scan = picture[picture.rindex(b"\xff\xda") : -2]
    path = tmp_path / "scans.jpg"
    path.write_bytes(picture[:-2] + scan * 1000 + b"\xff\xd9")
    with pytest.raises(UnreadableError, match=r"10\d\d scans"):
        render(path, SPEC)


def test_a_panorama_is_no_bomb(tmp_path: Path) -> None:
    """A JPEG of 300 megapixels is cheap, because it is decoded at an eighth of its size."""
    width, rows = 30_000, 10_000 // 8
    two_rows = encoded(Image.new("L", (width, 16), 200), "JPEG", restart_marker_rows=1)
    start = two_rows.index(b"\xff\xda") + 10
    row = two_rows[start : two_rows.index(b"\xff\xd0", start)]
    scan = b"".join(row + bytes((0xFF, 0xD0 + number % 8)) for number in range(rows - 1)) + row
    path = tmp_path / "panorama.jpg"
    path.write_bytes(resized(two_rows[:start] + scan + b"\xff\xd9", width, rows * 8))
    rendition = render(path, SPEC)
    assert (rendition.width, rendition.height) == (750, 250)


def test_missing_extras(
    photo: Image.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the decoder the error says what to install, and no run stops for it."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    monkeypatch.setitem(sys.modules, "rawpy", None)
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    (tmp_path / "a.raf").write_bytes(b"FUJIFILMCCD-RAW 0201")
    for name, extra in (("a.heic", "heic"), ("a.raf", "raw")):
        with pytest.raises(UnreadableError, match=rf"pip install 'tagwright\[{extra}\]'") as caught:
            render(tmp_path / name, SPEC)
        assert not caught.value.stops_run


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF"])
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_is_our_error_or_a_picture(
    form: str,
    data: st.DataObject,
    photo: Image.Image,
    tmp_path: Path,
) -> None:
    """Whatever bytes are lost or changed, there is a rendition or an error of ours."""
    picture = bytearray(encoded(photo, form))
    place = st.integers(0, 300) | st.integers(0, len(picture) - 1)
    for at in data.draw(st.lists(place, max_size=6)):
        picture[at] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged"
    path.write_bytes(picture[: data.draw(st.just(len(picture)) | place)])
    with suppress(UnreadableError):
        assert render(path, SPEC).data.startswith(b"\xff\xd8")
