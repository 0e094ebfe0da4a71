"""Opening the database: SQLite in the user's state directory, or whatever URL is configured."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from tagwright.errors import StateError
from tagwright.state.schema import metadata

HEAD = "0007"  # the newest migration; a test compares it with Alembic's own answer
_BUSY_MS = 30_000


class Database:
    """Tagwright's database, brought to the newest schema when opened."""

    def __init__(self, path: Path) -> None:
        """Open or create the SQLite file ``path``.

        Raises:
            StateError: it cannot be created, is damaged, or is newer than this program.
        """
        self.path = path
        with _as_state_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._engine = create_engine(f"sqlite:///{path}")
            event.listen(self._engine, "connect", _configure)
            event.listen(self._engine, "begin", _begin)
            self._migrate()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection inside a transaction: committed at the end, or rolled back."""
        with _as_state_errors(self.path), self._engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        version = _version(self._engine)
        if version == HEAD:
            return
        if version is not None and version > HEAD:
            raise StateError(
                f"the database {self.path} was made by a newer Tagwright (schema {version}).",
                cure="Update Tagwright, or name another state directory.",
            )
        if version is None:
            self._create()
            return
        from tagwright.state.migrations import upgrade  # noqa: PLC0415 - Alembic is slow to import

        upgrade(self._engine)

    def _create(self) -> None:
        """Make the newest schema at once; a test shows that the migrations lead to the same."""
        with self._engine.begin() as connection:
            metadata.create_all(connection)
            connection.execute(
                text("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT NOT NULL)")
            )
            connection.execute(text("DELETE FROM alembic_version"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def _configure(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # SQLAlchemy's documented way to take transactions out of the driver's hands.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",  # a power cut may lose the last commits, a crash of ours nothing
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that starts by reading must not fail when it comes to write.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _as_state_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise StateError(
            f"the state directory {path.parent} cannot be used: {exc.strerror}.",
            cure="Set TAGWRIGHT_STATE to a directory that you may write to.",
        ) from exc
    except DBAPIError as exc:
        raise StateError(
            f"the database {path} cannot be used: {exc.orig}.", cure=_cure(str(exc.orig))
        ) from exc
    except SQLAlchemyError as exc:
        raise StateError(f"the database {path} cannot be used: {exc}.") from exc


def _cure(reason: str) -> str:
    if "full" in reason:
        return "Make room on that disk and run the same command again; it goes on where it was."
    if "locked" in reason:
        return "Another program holds it; wait for that, or look with 'tagwright status'."
    if "malformed" in reason or "not a database" in reason:
        return "Move the file away to start anew; the tags in your photos are not affected."
    return "Check that the directory exists, is writable and has room."
