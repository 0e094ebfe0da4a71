"""digiKam's database, in SQLite or on a server, read while digiKam may be running."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection

from tagwright.taxonomy.decoding import source_name
from tagwright_adapters.digikam import mysql, sqlite
from tagwright_adapters.digikam.server import Server

PATIENCE = 5.0  # s; digiKam commits often and briefly

Source = Path | Server
"""Where the database is: a file of SQLite's, or one on a server of MySQL or MariaDB."""


def reading(source: Source, patience: float = PATIENCE) -> AbstractContextManager[Connection]:
    """Return a connection that sees one state of the database, and cannot change it.

    Args:
        source: The database.
        patience: Seconds to wait for a lock of digiKam's, or for the server.

    Raises:
        DigikamError: it cannot be read; also for errors of the database inside the block.
        MissingProgramError: the package for servers is not installed.
    """
    if isinstance(source, Server):
        return mysql.reading(source, patience)
    return sqlite.reading(source, patience)


def shown(source: Source) -> str:
    """Return what people know a database by."""
    return str(source) if isinstance(source, Server) else source_name(source)
