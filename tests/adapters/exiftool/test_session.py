"""What goes in comes out: names and values that other people chose reach exiftool unharmed."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tagwright_adapters.exiftool import ProcessError, Session
from tagwright_adapters.xmp import packet
from tagwright_adapters.xmp.fields import SUBJECT

NAMES = (
    b"plain.jpg",
    b"new\nline.jpg",
    b"-delete_original.jpg",
    b"%d%f $HOME `id` \"quoted\" 'too'.jpg",
    b"@argfile.jpg",
    b"not utf-8 \xff\xfe.jpg",
    "emoji 🗼.jpg".encode(),
    b"a" * 251 + b".jpg",
)
VALUES = (
    " leading and trailing ",
    "a, b; c // d | e",
    "line\nbreak",
    "True",
    "007",
    "1.50",
    "$x @y %z \\ \"q\" 'q' {=} [x] <b>&amp;</b>",
    "日本/東京 🗼",
    "base64:QQ==",
)


@pytest.mark.parametrize("name", NAMES)
def test_any_file_name_can_be_read_and_written(
    session: Session, photos: Path, tmp_path: Path, name: bytes
) -> None:
    """No byte of a file or folder name means anything to exiftool."""
    folder = tmp_path / os.fsdecode(name[:80])
    folder.mkdir()
    photo = folder / os.fsdecode(name)
    shutil.copyfile(photos / "cat.jpg", photo)
    session.write(photo, folder / "out.tmp", suffix=".jpg", add={"XMP-dc:Subject": ["Cat"]})
    assert session.read(photo, ["FileType"], quick=True) == {"File:FileType": "JPEG"}
    assert session.read(folder / "out.tmp", ["XMP-dc:Subject"], quick=True) == {
        "XMP:Subject": "Cat"
    }
    assert sorted(os.listdir(os.fsencode(folder))) == sorted([name, b"out.tmp"])


@pytest.mark.parametrize("value", VALUES)
def test_any_value_is_written_whole(
    session: Session, photos: Path, tmp_path: Path, value: str
) -> None:
    """No separator, quote or space in a value means anything."""
    target = tmp_path / "out.tmp"
    session.write(photos / "cat.jpg", target, suffix=".jpg", add={"XMP-dc:Subject": [value, "x"]})
    raw = str(session.read(target, ["XMP"], quick=True)["XMP:XMP"]).encode()
    assert packet.texts(packet.read([raw]), SUBJECT) == (value, "x")


def test_the_source_is_never_written(session: Session, photos: Path, tmp_path: Path) -> None:
    """``-o`` with ``-overwrite_original`` would delete it; we use neither on a source."""
    photo = tmp_path / "photo.jpg"
    shutil.copyfile(photos / "cat.jpg", photo)
    modified = photo.stat().st_mtime_ns
    session.write(photo, tmp_path / "out.tmp", suffix=".jpg", add={"XMP-dc:Subject": ["Cat"]})
    assert photo.stat().st_mtime_ns == modified
    assert photo.read_bytes() == (photos / "cat.jpg").read_bytes()


def test_a_refusal_says_why(session: Session, tmp_path: Path) -> None:
    """exiftool's own words are in the error."""
    photo = tmp_path / "broken.jpg"
    photo.write_bytes(b"no picture at all")
    with pytest.raises(ProcessError, match=r"(?i)not a valid"):
        session.write(photo, tmp_path / "o.tmp", suffix=".jpg", add={"XMP-dc:Subject": ["x"]})


def test_nothing_is_left_in_the_private_folder(
    session: Session, photos: Path, tmp_path: Path
) -> None:
    """Aliases and value files live for one command, the folder as long as the session."""
    session.write(
        photos / "cat.jpg", tmp_path / "o.tmp", suffix=".jpg", add={"XMP-dc:Subject": ["x"]}
    )
    assert list(session._folder.iterdir()) == []
    session.close()
    assert not session._folder.exists()


def test_folders_of_killed_sessions_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of living ones stay, whichever process they belong to."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    living = Session()
    dead = tmp_path / "tagwright-exiftool-dead"
    dead.mkdir()
    for folder in (dead, living._folder):
        os.utime(folder, (0, 0))
    other = Session()
    try:
        assert set(tmp_path.iterdir()) == {living._folder, other._folder}
    finally:
        living.close()
        other.close()
    assert list(tmp_path.iterdir()) == []
