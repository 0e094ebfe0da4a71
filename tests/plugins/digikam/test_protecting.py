"""Which tags of people a write must not lose, while digiKam goes on."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from tests.adapters.digikam.making import add_root, make_database, make_settings

from tagwright.configuration import Configuration
from tagwright_plugins.digikam.protecting import database_tags

TREE = ((10, 0, "Ferien"), (11, 10, "Rom"), (12, 0, "Tagebuch"))
ON = ("[Metadata Settings]", "Rescan File If Modified=true", "Save Tags=true")


@pytest.fixture
def rc(tmp_path: Path) -> Path:
    """A digiKam 8 in WAL mode with one photo that has two tags."""
    database = make_database(tmp_path / "digikam4.db", *TREE, wal=True)
    add_root(database, f"volumeid:?path={tmp_path}")
    change(
        database,
        "INSERT INTO Albums (id, albumRoot, relativePath) VALUES (1, 1, '/');"
        "INSERT INTO Images (id, album, name, status, category) VALUES (1, 1, 'a.jpg', 1, 1);"
        "INSERT INTO ImageTags VALUES (1, 11), (1, 12);",
    )
    return make_settings(tmp_path / "digikamrc", str(tmp_path), "QSQLITE", *ON)


def change(database: Path, sql: str) -> None:
    """Change a database as digiKam would."""
    with closing(sqlite3.connect(database)) as digikam:
        digikam.executescript(sql)


def test_what_goes_in_digikam_meanwhile(rc: Path, tmp_path: Path) -> None:
    """A tag that its owner deletes while we run is not put back; a new one is known."""
    tags = database_tags(Configuration(state=tmp_path / "state"), rc)
    assert tags is not None
    photo = tmp_path / "a.jpg"
    assert tags(photo) == (("Ferien", "Rom"), ("Tagebuch",))
    sql = "DELETE FROM ImageTags WHERE tagid = 12; INSERT INTO ImageTags VALUES (1, 10);"
    change(tmp_path / "digikam4.db", sql)
    deadline = time.monotonic() + 30
    while tags(photo) != (("Ferien",), ("Ferien", "Rom")):
        assert time.monotonic() < deadline


def test_where_nothing_is_lost(rc: Path, tmp_path: Path) -> None:
    """A digiKam that merges, or whose settings are not known, needs no help."""
    configuration = Configuration(state=tmp_path / "state")
    assert database_tags(configuration, tmp_path / "digikam4.db") is None
    rc.write_text(rc.read_text().replace("Save Tags=true", "Save Tags=false"))
    assert database_tags(configuration, rc) is None
