"""Databases and settings as digiKam makes them: the schema is that of 8.6, as far as it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

SCHEMA = """
CREATE TABLE Tags (id INTEGER PRIMARY KEY, pid INTEGER, name TEXT NOT NULL, icon INTEGER,
    iconkde TEXT, UNIQUE (name, pid));
CREATE TABLE TagProperties (tagid INTEGER, property TEXT, value TEXT);
CREATE TABLE ImageTags (imageid INTEGER NOT NULL, tagid INTEGER NOT NULL, UNIQUE (imageid, tagid));
CREATE TABLE Images (id INTEGER PRIMARY KEY, album INTEGER, name TEXT NOT NULL,
    status INTEGER NOT NULL, category INTEGER NOT NULL, modificationDate DATETIME,
    fileSize INTEGER, uniqueHash TEXT, manualOrder INTEGER, UNIQUE (album, name));
CREATE TABLE AlbumRoots (id INTEGER PRIMARY KEY, label TEXT, status INTEGER NOT NULL,
    type INTEGER NOT NULL, identifier TEXT, specificPath TEXT, UNIQUE (identifier, specificPath));
CREATE TABLE Albums (id INTEGER PRIMARY KEY, albumRoot INTEGER NOT NULL,
    relativePath TEXT NOT NULL, date DATE, UNIQUE (albumRoot, relativePath));
CREATE TABLE Settings (keyword TEXT NOT NULL UNIQUE, value TEXT);
"""
UUID = "{9d0fa3d5-6473-4c4d-979c-0387866feece}"
SYSTEM: tuple[tuple[int, int, str, str], ...] = (  # what every database has, here of a German user
    (1, 0, "_Digikam_Internal_Tags_", "internalTag"),
    (2, 1, "Color Label Red", "internalTag"),
    (3, 0, "Personen", ""),
    (4, 3, "Unbekannt", "person unknownPerson"),
    (5, 3, "Ignoriert", "person ignoredPerson"),
    (6, 3, "Unbestätigt", "person unconfirmedPerson"),
)

Row = tuple[int, int | None, str | bytes] | tuple[int, int | None, str | bytes, str]


def make_database(
    path: Path,
    *rows: Row,
    photos: Mapping[int, int] | None = None,
    settings: Mapping[str, str] | None = None,
    wal: bool = False,
) -> Path:
    """Make a database with tags ``(id, pid, name, "property property")`` beside the usual ones."""
    connection = sqlite3.connect(path)
    if wal:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(SCHEMA)
    add_tags(connection, (*SYSTEM, *rows))
    add_photos(connection, photos or {})
    said = settings if settings is not None else {"DBVersion": "16", "databaseUUID": UUID}
    connection.executemany("INSERT INTO Settings VALUES (?, ?)", said.items())
    connection.commit()
    connection.close()
    return path


def add_tags(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Add tags."""
    for number, parent, name, *properties in rows:
        text = name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
        encoded = text.encode("utf-8", "surrogateescape")
        connection.execute(
            "INSERT INTO Tags (id, pid, name) VALUES (?, ?, CAST(? AS TEXT))",
            (number, parent, encoded),
        )
        for one in " ".join(properties).split():
            connection.execute("INSERT INTO TagProperties VALUES (?, ?, '')", (number, one))


def add_photos(connection: sqlite3.Connection, photos: Mapping[int, int]) -> None:
    """Put tags on as many photos each, one photo with one tag; and on a deleted photo."""
    for tag, many in photos.items():
        for number in range(many + 1):
            status = 1 if number < many else 3
            made = connection.execute(
                "INSERT INTO Images (album, name, status, category) VALUES (1, ?, ?, 1)",
                (f"{tag}-{number}.jpg", status),
            )
            connection.execute("INSERT INTO ImageTags VALUES (?, ?)", (made.lastrowid, tag))


def add_root(database: Path, identifier: str, specific: str = "/", label: str = "Photos") -> None:
    """Add a collection."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "INSERT INTO AlbumRoots (label, status, type, identifier, specificPath)"
            " VALUES (?, 0, 1, ?, ?)",
            (label, identifier, specific),
        )
        connection.commit()


def make_settings(path: Path, folder: str, kind: str = "QSQLITE", *more: str) -> Path:
    """Make a digikamrc."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        "[Album Settings]",
        "Album Collections=Category,Friends,100%",
        "[ImageViewer Settings][Right Sidebar][Version Properties Tab]",
        "Version Properties Tab=versions",
        "",
        "[Database Settings]",
        "Database Encrypted Password=AwINDQ0=",
        "Database Hostname=",
        f"Database Name={folder}",
        f"Database Type={kind}",
        *more,
        "[General Settings]",
        "Version=8.6.0",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
