"""``tagwright ledger``: the database is lost, the notes in the photos are not."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Done

Tagwright = Callable[..., Done]
Read = Callable[..., dict[str, Any]]

TAGS = "XMP-digiKam:TagsList"
SQUARE = "Style & Technique/Square"
MONOCHROME = "Style & Technique/Black and white"


def _lose(tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "state")


def _tags(read: Read, photo: Path) -> Any:
    return read(photo, f"-{TAGS}").get(TAGS)


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.jpg")
    }


@pytest.fixture
def lost(tagwright: Tagwright, album: Path, tmp_path: Path) -> str:
    """Tagged, one tag deleted by a person, then the database was lost; the run that it was."""
    run: str = tagwright("tag", album, "--json").summary["run"]
    photo = album / "grass-bw.jpg"
    exiftool = ("exiftool", "-q", "-overwrite_original")
    subprocess.run([*exiftool, f"-{TAGS}-={SQUARE}", photo], check=True)
    subprocess.run([*exiftool, f"-{TAGS}+=Mine", album / "coffee.jpg"], check=True)
    _lose(tmp_path)
    return run


def test_a_lost_ledger_is_made_anew(
    tagwright: Tagwright, lost: str, album: Path, read: Read
) -> None:
    """Ours is ours again and can be undone; what was deleted stays deleted; people's stays."""
    shown = tagwright("ledger", "rebuild", album, "--dry-run", "--json").summary
    done = tagwright("ledger", "rebuild", album, "--json").summary
    assert (done["tags"], done["rejections"], done["runs"]) == (4, 1, 1)
    assert shown == done
    again = tagwright("ledger", "rebuild", album, "--json").summary
    assert (again["tags"], again["rejections"], again["known"]) == (0, 0, 5)
    tagged = tagwright("tag", album, "--json").summary
    assert (tagged["queued"], tagged["changed"]) == (3, 0)
    assert tagwright("undo", "--run", lost).code == 0
    assert _tags(read, album / "coffee.jpg") == ["Mine"]
    assert _tags(read, album / "grass-bw.jpg") is None
    assert "XMP-tagwright:Tags" not in read(album / "deep" / "photographer-bw.jpg", "-XMP:all")


def test_a_database_that_is_there_is_not_overridden(
    tagwright: Tagwright, album: Path, tmp_path: Path
) -> None:
    """Nothing is known twice, and byte-exact undo stays byte-exact."""
    before = _digests(album)
    tagwright("tag", album)
    done = tagwright("ledger", "rebuild", album, "--json").summary
    assert (done["tags"], done["runs"], done["known"]) == (0, 0, 5)
    tagwright("undo", "--run", "last")
    assert _digests(album) == before
    assert (tmp_path / "state").is_dir()


def test_rejections_can_be_saved_in_photos(
    tagwright: Tagwright, album: Path, tmp_path: Path, read: Read
) -> None:
    """A suggestion that was rejected before it was written survives the database."""
    tagwright("tag", album)
    tagwright("undo", "--run", "last")
    photo = album / "coffee.jpg"
    database = sqlite3.connect(tmp_path / "state" / "tagwright" / "tagwright.db")
    with database:  # as the review page does
        database.execute(
            "INSERT INTO rejections (content_key, concept, asset_id, source, rejected_at)"
            " SELECT content_key, 'colours/brown', id, 'review', 0 FROM assets WHERE name = ?",
            (photo.name,),
        )
    database.close()
    assert tagwright("ledger", "save", album, "--json").summary["written"] == 1
    assert read(photo, "-XMP:all")["XMP-tagwright:Rejected"] == ["colours/brown"]
    _lose(tmp_path)
    assert tagwright("ledger", "rebuild", album, "--json").summary["rejections"] == 1
    tagwright("tag", album)
    assert _tags(read, photo) is None
    assert read(photo, "-XMP:all")["XMP-tagwright:Rejected"] == ["colours/brown"]
