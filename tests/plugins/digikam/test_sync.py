"""``tagwright digikam sync``."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.digikam.making import add_root, make_database, make_settings

from .conftest import Done, Tagwright

BOTH = ("Rescan File If Modified=true", "Save Tags=true")
TREE = ((10, 0, "Farben"), (11, 10, "BROWN"), (12, 0, "Ferien"), (13, 12, "Rom"))
LIST = "XMP-digiKam:TagsList"
Read = Callable[..., dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kam:
    """A digiKam whose collection is the album."""

    tagwright: Tagwright
    album: Path
    database: Path
    rc: Path

    def set(self, *lines: str) -> None:
        """Set its metadata settings."""
        folder = str(self.database.parent)
        make_settings(self.rc, folder, "QSQLITE", "[Metadata Settings]", *lines)

    def run(self, sql: str) -> None:
        """Change its database, as digiKam would."""
        with closing(sqlite3.connect(self.database)) as digikam:
            digikam.executescript(sql)

    def sync(self, *options: str) -> Done:
        """Run the command."""
        return self.tagwright("digikam", "sync", "--database", self.rc, *options)


@pytest.fixture
def kam(tagwright: Tagwright, tmp_path: Path, album: Path) -> Kam:
    """A digiKam 8 with both switches on, whose database alone has tags for two photos."""
    database = make_database(tmp_path / "digikam4.db", *TREE)
    add_root(database, f"volumeid:?path={album}")
    made = Kam(tagwright, album, database, tmp_path / "digikamrc")
    made.set(*BOTH)
    made.run(
        "INSERT INTO Albums (id, albumRoot, relativePath) VALUES (1, 1, '/');"
        "INSERT INTO Images (id, album, name, status, category)"
        " VALUES (1, 1, 'coffee.jpg', 1, 1), (2, 1, 'grass-bw.jpg', 1, 1);"
        "INSERT INTO ImageTags VALUES (1, 13), (2, 13);"
    )
    return made


def test_tags_of_the_database_join(kam: Kam, read: Read) -> None:
    """What only digiKam's database has is written with ours, as a person's, and not by itself."""
    before = (kam.album / "grass-bw.jpg").read_bytes()
    done = kam.sync()
    assert done.code == 0, done.err
    coffee = read(kam.album / "coffee.jpg", f"-{LIST}", "-XMP-dc:Subject", "-XMP-tagwright:all")
    assert coffee[LIST] == ["Ferien/Rom", "Farben/BROWN"]
    assert coffee["XMP-dc:Subject"] == ["Rom", "BROWN"]
    assert [note["Path"] for note in coffee["XMP-tagwright:Tags"]] == ["Farben/BROWN"]
    assert (kam.album / "grass-bw.jpg").read_bytes() == before  # nothing new of ours
    done = kam.sync("--json")
    assert (done.summary["tagged"], done.summary["unchanged"]) == (0, 3)


def test_other_commands_lose_none_either(kam: Kam, read: Read) -> None:
    """Where the vocabulary is digiKam's, every command that writes knows what to keep."""
    linked = ("--taxonomy", f"digikam:{kam.rc}")
    assert kam.tagwright("tag", kam.album, *linked).code == 0
    assert read(kam.album / "coffee.jpg", f"-{LIST}")[LIST] == ["Ferien/Rom", "Farben/BROWN"]


@pytest.mark.parametrize("clears", [False, True])
def test_only_what_would_be_lost(kam: Kam, read: Read, clears: bool) -> None:
    """Where digiKam merges, as 7.9 does, a tag that its user keeps in the database stays there."""
    kam.set(*BOTH, f"Clear Metadata If Rescan={str(clears).lower()}")
    kam.run("UPDATE Settings SET value = '15' WHERE keyword = 'DBVersion'")
    assert kam.sync().code == 0
    tags = ["Ferien/Rom", "Farben/BROWN"] if clears else ["Farben/BROWN"]
    assert read(kam.album / "coffee.jpg", f"-{LIST}")[LIST] == tags


def test_what_has_gone_stays_gone(kam: Kam, read: Read, tmp_path: Path) -> None:
    """A tag of ours that a person deleted does not come back from digiKam's database."""
    assert kam.sync().code == 0
    kam.run("INSERT INTO ImageTags VALUES (1, 11)")  # digiKam has read it, and merges
    fields = [f"-{LIST}-=Farben/BROWN", "-XMP-dc:Subject-=BROWN"]
    command = ["exiftool", "-q", "-overwrite_original", *fields, str(kam.album / "coffee.jpg")]
    subprocess.run(command, check=True)
    kam.run("INSERT INTO Tags (id, pid, name) VALUES (20, 12, 'Strand')")
    rule = '[[mapping]]\nlabel = "brown"\nconcept = "Ferien > Strand"\n'
    (tmp_path / "tagwright.toml").write_text(rule)
    assert kam.sync().code == 0
    assert read(kam.album / "coffee.jpg", f"-{LIST}")[LIST] == ["Ferien/Rom", "Ferien/Strand"]


def test_undo_leaves_what_joined(kam: Kam, read: Read) -> None:
    """Undone after somebody changed the photo, only ours goes; undone at once, all is as before."""
    before = read(kam.album / "coffee.jpg", "-XMP:all")
    assert kam.sync().code == 0
    assert kam.tagwright("undo", "--run", "last", "--yes").code == 0
    assert read(kam.album / "coffee.jpg", "-XMP:all") == before


def test_undo_needs_no_digikam(kam: Kam, read: Read, tmp_path: Path) -> None:
    """What was written can be taken back after digiKam has gone."""
    assert kam.sync().code == 0
    (tmp_path / "tagwright.toml").write_text(f'taxonomy = "digikam:{kam.rc}"\n')
    kam.rc.unlink()
    done = kam.tagwright("undo", "--run", "last", "--yes")
    assert done.code == 0, done.err
    assert read(kam.album / "coffee.jpg", f"-{LIST}") == {}


def test_where_digikam_writes(kam: Kam, read: Read) -> None:
    """Into the photo, beside it or both, under the name that digiKam wants."""
    reading = (*BOTH, "Use XMP Sidecar For Reading=true")
    photo = (kam.album / "coffee.jpg").read_bytes()
    kam.set(*reading, "Metadata Writing Mode=1", "Use Compatible File Name=true")
    assert kam.sync().code == 0
    assert (kam.album / "coffee.jpg").read_bytes() == photo
    tags = ["Ferien/Rom", "Farben/BROWN"]
    assert read(kam.album / "coffee.xmp", f"-{LIST}")[LIST] == tags
    assert kam.tagwright("undo", "--run", "last", "--yes").code == 0
    assert not (kam.album / "coffee.xmp").exists()
    kam.set(*reading, "Metadata Writing Mode=2")
    assert kam.sync("--force").code == 0
    for name in ("coffee.jpg", "coffee.jpg.xmp"):
        assert read(kam.album / name, f"-{LIST}")[LIST] == tags


def test_who_wants_no_photo_written_has_it_so(kam: Kam) -> None:
    """Our own setting to write only beside photos is stricter than digiKam's, and counts."""
    photo = (kam.album / "coffee.jpg").read_bytes()
    done = kam.sync("--sidecar")
    assert done.code == 0
    assert "Note: Tagwright is set to write sidecars, and digiKam does not read them" in done.err
    assert (kam.album / "coffee.jpg").read_bytes() == photo
    assert (kam.album / "coffee.jpg.xmp").exists()


def test_a_digikam_that_reads_nothing(kam: Kam) -> None:
    """Changes that digiKam would never see are not made; what they would be can be seen."""
    kam.set("Save Tags=true")
    photo = (kam.album / "coffee.jpg").read_bytes()
    done = kam.sync()
    assert done.code == 2
    assert "switch on 'Rescan file when files are modified'" in done.err
    assert "+ XMP-digiKam:TagsList: Farben/BROWN" in kam.sync("--dry-run").out
    assert (kam.album / "coffee.jpg").read_bytes() == photo


def test_collections(kam: Kam) -> None:
    """One that is away is told and left out; without any there is nothing to do."""
    add_root(kam.database, "volumeid:?uuid=1", label="Backup")
    done = kam.sync("--dry-run")
    assert done.code == 0
    assert "Note: Backup is left out: its disk is not mounted." in done.err
    kam.run("DELETE FROM AlbumRoots WHERE id = 1")
    done = kam.sync()
    assert done.code == 2
    assert "none of digiKam's collections is there" in done.err


def test_its_settings_are_needed(kam: Kam) -> None:
    """A database does not say how digiKam reads photos."""
    done = kam.tagwright("digikam", "sync", "--database", kam.database)
    assert done.code == 2
    assert "Name the digikamrc with --database." in done.err


def test_a_vocabulary_of_ones_own(kam: Kam, read: Read, tmp_path: Path) -> None:
    """Who has set a vocabulary has that one."""
    assert kam.sync("--taxonomy", str(tmp_path / "mine.yaml")).code == 0
    assert read(kam.album / "coffee.jpg", f"-{LIST}")[LIST] == ["Ferien/Rom", "Colours/Brown"]


def test_a_digikam_that_does_not_run(kam: Kam) -> None:
    """Asking nobody is no failure."""
    done = kam.sync("--scan")
    assert done.code == 0
    assert "digiKam is not running; it will look when it starts." in done.err
