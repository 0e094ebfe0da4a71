"""What every reader of digiKam's tables asks of them first."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

VISIBLE = 1
"""``Images.status`` of what digiKam shows."""


_COLUMNS = {
    "sqlite": text("SELECT name FROM pragma_table_info(:table)"),
    "mysql": text(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name = :table"
    ),
}


def columns(connection: Connection, table: str) -> set[str]:
    """Return the names of a table's columns; none if there is no such table."""
    found = connection.execute(_COLUMNS[connection.dialect.name], {"table": table})
    return {name for (name,) in found}


def settings(connection: Connection) -> dict[str, str]:
    """Return what the database says of itself."""
    if not {"keyword", "value"} <= columns(connection, "Settings"):
        return {}
    wanted = "SELECT keyword, value FROM Settings WHERE keyword IN ('DBVersion', 'databaseUUID')"
    return {str(keyword): str(value) for keyword, value in connection.execute(text(wanted))}


def version(said: Mapping[str, str]) -> int:
    """Return the schema's version: 15 with digiKam 7.9, 16 with 8; 0 if it is not said."""
    text = said.get("DBVersion", "")
    return int(text) if text.isdecimal() else 0
