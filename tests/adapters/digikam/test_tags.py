"""digiKam's database is read as it is, in any state, and never changed."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.tags import TagRow, read_tags

from .making import add_tags, make_database

BEACH = (10, 0, "Beach")


def names(path: Path, patience: float = 0.2) -> list[str]:
    """Return the names of the user's tags."""
    return [row.name for row in read_tags(path, patience).rows if row.id >= 10]


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    """Fail unless a folder is afterwards exactly what it was; a ``-shm`` holds only locks."""

    def state() -> dict[str, tuple[int, str]]:
        return {
            path.name: (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
            if not path.name.endswith("-shm")
            else (0, "")
            for path in folder.iterdir()
        }

    before, modified = state(), folder.stat().st_mtime_ns
    yield
    assert state() == before
    assert folder.stat().st_mtime_ns == modified


@contextmanager
def digikam(path: Path, wal: bool) -> Iterator[sqlite3.Connection]:
    """Hold the database open as a running digiKam does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal" if wal else "delete",)
        connection.execute("SELECT COUNT(*) FROM Tags").fetchone()
        yield connection


def test_all_of_a_tag(tmp_path: Path) -> None:
    """Numbers, parents, names, properties, photos that are not deleted, and what it is."""
    path = make_database(tmp_path / "d.db", BEACH, (11, 10, "Anna", "person"), photos={10: 2})
    tags = read_tags(path)
    assert tags.rows[-2:] == (
        TagRow(10, 0, "Beach", 2),
        TagRow(11, 10, "Anna", 0, frozenset({"person"})),
    )
    assert (tags.version, tags.uuid) == (16, "9d0fa3d5-6473-4c4d-979c-0387866feece")


@pytest.mark.parametrize("wal", [False, True])
@pytest.mark.parametrize("name", ["digikam4.db", "a #1 100%?mode=rwc&x=ü'\".db", b"\xe9t\xe9.db"])
def test_at_rest(tmp_path: Path, wal: bool, name: str | bytes) -> None:
    """Whatever it is called: nothing changes, and nothing is left beside it."""
    path = make_database(tmp_path / os.fsdecode(name), BEACH, wal=wal)
    with untouched(tmp_path):
        assert names(path) == ["Beach"]
    assert len(list(tmp_path.iterdir())) == 1


def test_no_room_for_a_copy(tmp_path: Path) -> None:
    """A database in WAL mode that is too large for the temporary folder is read where it is."""
    rows = [(n, 0, f"A tag with a rather long name, number {n}") for n in range(10, 6000)]
    path = make_database(tmp_path / "digikam4.db", *rows, wal=True)
    content, room = path.read_bytes(), path.stat().st_size // 2
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))  # no file may get larger
    try:
        assert len(names(path)) == len(rows)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == content


@pytest.mark.parametrize("wal", [False, True])
def test_while_digikam_runs(tmp_path: Path, wal: bool) -> None:
    """What digiKam has committed is seen, what it is about to is not, and it is not disturbed."""
    path = make_database(tmp_path / "digikam4.db", BEACH, wal=wal)
    with digikam(path, wal) as other:
        add_tags(other, [(11, 0, "Committed")])
        other.execute("BEGIN IMMEDIATE")
        add_tags(other, [(12, 0, "Uncommitted")])
        with untouched(tmp_path):
            assert names(path) == ["Beach", "Committed"]
        other.execute("COMMIT")
        assert names(path) == ["Beach", "Committed", "Uncommitted"]


def test_after_digikam_was_killed(tmp_path: Path) -> None:
    """What only the write-ahead log has is seen, and stays there for digiKam."""
    path = make_database(tmp_path / "live.db", BEACH, wal=True)
    with digikam(path, wal=True) as other:
        add_tags(other, [(11, 0, "In the log")])
        killed = tmp_path / "killed"
        killed.mkdir()
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{killed / path.name}{suffix}")
    log = (killed / "live.db-wal").read_bytes()
    assert names(killed / "live.db") == ["Beach", "In the log"]
    assert (killed / "live.db-wal").read_bytes() == log


def test_locked(tmp_path: Path) -> None:
    """A lock that stays is waited for so long and no longer."""
    path = make_database(tmp_path / "digikam4.db", BEACH)
    with digikam(path, wal=False) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DigikamError, match=r"is locked by digiKam.*close it") as caught:
            names(path, patience=0.05)
        assert caught.value.exit_code == 2
        other.execute("ROLLBACK")
        assert names(path) == ["Beach"]


def test_hot_journal(tmp_path: Path) -> None:
    """A change that digiKam never finished is digiKam's to take back."""
    path = make_database(tmp_path / "live.db", *((n, 0, f"Tag {n}") for n in range(10, 500)))
    with digikam(path, wal=False) as other:
        other.execute("PRAGMA cache_size=1")  # so that pages spill before the commit
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE Tags SET name = name || ' changed and longer than it was before'")
        crashed = tmp_path / "crashed"
        crashed.mkdir()
        for suffix in ("", "-journal"):
            shutil.copy(f"{path}{suffix}", f"{crashed / path.name}{suffix}")
        other.execute("ROLLBACK")
    with (
        untouched(crashed),
        pytest.raises(DigikamError, match=r"middle of a change.*Start digiKam"),
    ):
        names(crashed / "live.db")


def test_version_1_had_no_properties(tmp_path: Path) -> None:
    """An old schema is read as far as it goes."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE Tags (id INTEGER PRIMARY KEY, pid INTEGER, name TEXT)")
        made.execute("INSERT INTO Tags VALUES (10, 0, 'Beach')")
        made.commit()
    tags = read_tags(path)
    assert tags.rows == (TagRow(10, 0, "Beach"),)
    assert (tags.version, tags.uuid) == (0, "")


@pytest.mark.parametrize(
    "sql", ["", "CREATE TABLE Tags (id, name)", "CREATE TABLE Thumbnails (id)"]
)
def test_other_databases(tmp_path: Path, sql: str) -> None:
    """A database without digiKam's tags is refused, such as that of its thumbnails."""
    path = tmp_path / "thumbnails-digikam.db"
    with closing(sqlite3.connect(path)) as made:
        made.executescript(sql)
    with pytest.raises(DigikamError, match=r"no table of tags.*digikam4.db"):
        read_tags(path)


def test_damaged(tmp_path: Path) -> None:
    """Damage is called damage, and what is no database is called that."""
    path = make_database(tmp_path / "digikam4.db", *((n, 0, f"Tag {n}") for n in range(10, 900)))
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with pytest.raises(DigikamError, match=r"is damaged.*backup"):
        read_tags(path)
    path.write_bytes(b"SQLite format 3\0" + b"\0" * 4000)
    with pytest.raises(DigikamError, match=r"is not an SQLite database|is damaged"):
        read_tags(path)
    with pytest.raises(DigikamError, match="cannot be read: Is a directory"):
        read_tags(tmp_path)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 come through instead of stopping everything."""
    assert names(make_database(tmp_path / "d.db", BEACH, (11, 0, b"caf\xe9"))) == [
        "Beach",
        "caf\udce9",
    ]
