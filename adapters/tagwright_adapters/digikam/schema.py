"""What every reader of digiKam's tables asks of them first."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

VISIBLE = 1
"""``Images.status`` of what digiKam shows."""


def columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the names of a table's columns; none if there is no such table."""
    return {
        name for (name,) in connection.execute("SELECT name FROM pragma_table_info(?)", [table])
    }


def settings(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what the database says of itself."""
    if not {"keyword", "value"} <= columns(connection, "Settings"):
        return {}
    wanted = "SELECT keyword, value FROM Settings WHERE keyword IN ('DBVersion', 'databaseUUID')"
    return {str(keyword): str(value) for keyword, value in connection.execute(wanted)}


def version(said: Mapping[str, str]) -> int:
    """Return the schema's version: 15 with digiKam 7.9, 16 with 8; 0 if it is not said."""
    text = said.get("DBVersion", "")
    return int(text) if text.isdecimal() else 0
