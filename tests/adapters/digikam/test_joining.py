"""The tags of photos as digiKam's database has them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tagwright_adapters.digikam.albums import read_album_roots
from tagwright_adapters.digikam.joining import read_photo_tags

from .making import Row, add_root, make_database

TREE: tuple[Row, ...] = (
    (10, 0, "Orte"),
    (11, 10, "Paris"),
    (12, 3, "Anna", "person"),
    (13, 0, "_Digikam_root_tag_"),
    (14, 13, "Unter der Wurzel"),
    (15, 0, "a/b"),
    (16, 99, "Nirgends"),
    (17, 18, "Kreis"),
    (18, 17, "Kreis"),
)


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """A folder with one below it."""
    folder = tmp_path / "Bilder ü"
    (folder / "2024").mkdir(parents=True)
    return folder


def database(tmp_path: Path, album: Path, *photos: tuple[str, str, int, list[int]]) -> Path:
    """Make a database with photos ``(folder, name, status, tags)``."""
    path = make_database(tmp_path / "digikam4.db", *TREE)
    add_root(path, f"volumeid:?path={album}")
    with closing(sqlite3.connect(path)) as made:
        folders = {folder: number for number, folder in enumerate({p[0] for p in photos}, 1)}
        made.executemany(
            "INSERT INTO Albums (id, albumRoot, relativePath) VALUES (?, 1, ?)",
            [(number, folder) for folder, number in folders.items()],
        )
        for number, (folder, name, status, tags) in enumerate(photos, 1):
            made.execute(
                "INSERT INTO Images (id, album, name, status, category) VALUES (?, ?, ?, ?, 1)",
                (number, folders[folder], name, status),
            )
            made.executemany("INSERT INTO ImageTags VALUES (?, ?)", [(number, t) for t in tags])
        made.commit()
    return path


def test_tags_of_photos(tmp_path: Path, album: Path) -> None:
    """Each photo has its own; people count, digiKam's labels and what hangs nowhere do not."""
    path = database(
        tmp_path,
        album,
        ("/", "a.jpg", 1, [2, 4, 11, 12]),
        ("/2024", "a.jpg", 1, [10, 14, 15, 16, 17]),
        ("/2024", "gone.jpg", 3, [10]),
        ("/2024", "bare.jpg", 1, [2]),
    )
    tags = read_photo_tags(path, read_album_roots(path))
    assert tags(album / "a.jpg") == (("Orte", "Paris"), ("Personen", "Anna"))
    assert tags(album / "2024/a.jpg") == (("Orte",), ("Unter der Wurzel",))
    assert tags(album / "2024/gone.jpg") == ()
    assert len(tags) == 2


def test_a_link_to_the_collection(tmp_path: Path, album: Path) -> None:
    """Whichever way a photo is named, it is the same photo."""
    path = database(tmp_path, album, ("/2024", "a.jpg", 1, [10]))
    link = tmp_path / "link"
    link.symlink_to(album)
    assert read_photo_tags(path, read_album_roots(path))(link / "2024/a.jpg") == (("Orte",),)


def test_a_collection_that_is_away(tmp_path: Path, album: Path) -> None:
    """What is not there has no tags."""
    path = database(tmp_path, album, ("/2024", "a.jpg", 1, [10]))
    os.rename(album, tmp_path / "elsewhere")
    assert len(read_photo_tags(path, read_album_roots(path))) == 0
