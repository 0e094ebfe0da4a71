"""Which files are taken up, and what they really are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tagwright.errors import UnreadableError, VanishedError
from tagwright.pictures import Container, Format, FormatKind, format_of, is_photo, sniff


@pytest.mark.parametrize(
    ("name", "kind", "writable"),
    [
        ("a.jpg", FormatKind.PICTURE, True),
        ("A.JPeG", FormatKind.PICTURE, True),
        ("naïve 🦊.HEIC", FormatKind.PICTURE, True),
        ("loop.gif", FormatKind.PICTURE, False),
        ("_DSC1.NEF", FormatKind.RAW, False),
        ("x.dng", FormatKind.RAW, False),
        ("clip.MOV", FormatKind.VIDEO, False),
        ("bad\udcff.jpg", FormatKind.PICTURE, True),
    ],
)
def test_a_name_promises_a_format(name: str, kind: FormatKind, writable: bool) -> None:
    """The suffix decides in any case of letters, whatever else the name is made of."""
    assert format_of(name) == Format(kind, writable=writable)
    assert is_photo(name)


@pytest.mark.parametrize("name", ["", "jpg", "a.jpg.xmp", "a.txt", "a.jpg_exiftool_tmp"])
def test_other_files_are_left_alone(name: str) -> None:
    """Sidecars, temporary files and files without a suffix are no photos."""
    assert format_of(name) is None
    assert not is_photo(name)


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "tif"])
def test_exiftool_writes_what_is_called_writable(
    suffix: str, photo: Image.Image, tmp_path: Path, exiftool: Callable[..., None]
) -> None:
    """Each suffix that is called writable is one that this exiftool takes."""
    formats = {"png": "PNG", "apng": "PNG", "webp": "WEBP", "tif": "TIFF"}
    path = tmp_path / f"x.{suffix}"
    photo.save(path, formats.get(suffix, "JPEG"))
    exiftool(path, "-XMP-dc:Subject=tag")
    form = format_of(path.name)
    assert form is not None
    assert form.writable


@pytest.mark.parametrize(
    ("suffix", "container"),
    [
        ("jpg", Container.JPEG),
        ("png", Container.PNG),
        ("webp", Container.WEBP),
        ("gif", Container.GIF),
        ("tif", Container.TIFF),
        ("avif", Container.AVIF),
    ],
)
def test_content_decides_and_not_the_name(
    suffix: str, container: Container, photo: Image.Image, tmp_path: Path
) -> None:
    """A file is what its bytes say, even under another format's name."""
    photo.save(tmp_path / f"x.{suffix}")
    assert sniff((tmp_path / f"x.{suffix}").rename(tmp_path / "wrong.mp4")) is container


def test_a_negative_is_told_from_a_tiff(
    dng: Callable[..., Path], photo: Image.Image, tmp_path: Path
) -> None:
    """A DNG called .tif is a RAW file; a plain TIFF called .nef is given to the RAW decoder."""
    assert sniff(dng(tmp_path / "a.tif", bytes(64 * 64 * 2), (64, 64))) is Container.RAW
    photo.save(tmp_path / "b.tif")
    assert sniff((tmp_path / "b.tif").rename(tmp_path / "b.nef")) is Container.RAW


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", Container.RAW),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Container.AVIF),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Container.HEIC),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Container.FILM),
        (b"\0\0\0\x08wide\0\0\0\x08mdat", Container.FILM),
        (b"FUJIFILMCCD-RAW 0201", Container.RAW),
        (b"IIRO\x08\0\0\0", Container.RAW),
        (b"IIU\0\x18\0\0\0", Container.RAW),
        (b"\x1aE\xdf\xa3\x01\0\0\0", Container.MATROSKA),
        (b"RIFF\x10\0\0\0AVI LIST", Container.AVI),
        ((b"G" + bytes(187)) * 2, Container.MPEG_TS),
        (bytes(4) + (b"G" + bytes(191)) * 2, Container.MPEG_TS),
        (b"#EXTM3U\nfile:///etc/passwd\n", Container.UNKNOWN),
        (b"", Container.UNKNOWN),
    ],
)
def test_first_bytes(head: bytes, container: Container, tmp_path: Path) -> None:
    """Containers that no test can write in full are known by their first bytes."""
    (tmp_path / "x").write_bytes(head)
    assert sniff(tmp_path / "x") is container


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    """A folder with a picture's name and a file that is gone have their own errors."""
    (tmp_path / "x.jpg").mkdir()
    with pytest.raises(UnreadableError, match="folder"):
        sniff(tmp_path / "x.jpg")
    with pytest.raises(VanishedError, match=r"gone\.jpg"):
        sniff(tmp_path / "gone.jpg")
