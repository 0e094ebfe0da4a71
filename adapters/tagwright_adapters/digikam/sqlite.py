"""digiKam's SQLite database, read while digiKam may be running and never changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from tagwright.taxonomy.decoding import source_name
from tagwright_adapters.digikam.errors import DigikamError

_WAL = b"\x02\x02"  # read and write version in the file's header
_CLOSE = "Wait until digiKam is done, or close it, and try again."
_CAUSES = {
    sqlite3.SQLITE_BUSY: ("is locked by digiKam", _CLOSE),
    sqlite3.SQLITE_LOCKED: ("is locked by digiKam", _CLOSE),
    sqlite3.SQLITE_PROTOCOL: ("is locked by digiKam", _CLOSE),
    sqlite3.SQLITE_READONLY: (
        "was left in the middle of a change",
        "Start digiKam and close it again, so that it puts that right.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Check that you may read it and the folder it lies in.",
    ),
    sqlite3.SQLITE_PERM: ("cannot be opened", "Check that you may read it."),
    sqlite3.SQLITE_NOTADB: ("is not an SQLite database", "Name digiKam's digikam4.db."),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "Restore it from a backup; digiKam's Tools > Maintenance checks it.",
    ),
}


@contextmanager
def reading(path: Path, patience: float) -> Iterator[Connection]:
    """Yield a connection that sees one state of the database: what digiKam last committed.

    ``immutable`` is never used: it would show stale data while digiKam runs. Where SQLite would
    leave a ``-wal`` and a ``-shm`` beside a database that nobody has open, a copy is read.

    Args:
        path: The database.
        patience: Seconds to wait for a lock of digiKam's.

    Raises:
        DigikamError: it cannot be read; also for errors of SQLite inside the block.
    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix="tagwright-digikam-") as folder,
            _connected(_safe(path.resolve(), Path(folder)), patience) as connection,
        ):
            connection.exec_driver_sql("BEGIN")
            yield connection
    except DBAPIError as exc:
        raise _explained(exc.orig, path) from exc
    except OSError as exc:
        message = f"{source_name(path)} cannot be read: {exc.strerror}."
        raise DigikamError(message, cure="Check that you may read it.") from exc


def _connected(path: Path, patience: float) -> Connection:
    def opened() -> sqlite3.Connection:
        return _open(path, patience)

    return create_engine("sqlite://", creator=opened, poolclass=NullPool).connect()


def _open(path: Path, patience: float) -> sqlite3.Connection:
    uri = f"file://{quote(os.fsencode(path))}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None)
    connection.text_factory = lambda data: data.decode(errors="surrogateescape")
    return connection


def _safe(path: Path, folder: Path) -> Path:
    """Return the database, or a copy in ``folder`` where opening it would leave files behind."""
    if not _is_resting(path):
        return path
    before = path.stat()
    copy = folder / "copy.db"
    try:
        shutil.copyfile(path, copy)
    except OSError:  # no room for a copy: better two small files beside it than no answer
        return path
    after = path.stat()
    same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    return copy if same and _is_resting(path) else path  # else digiKam has just started


def _is_resting(path: Path) -> bool:
    """Whether a database in WAL mode is open nowhere: whoever opens one makes its ``-wal``."""
    with path.open("rb") as stream:
        header = stream.read(20)
    return header[18:20] == _WAL and not path.with_name(path.name + "-wal").exists()


def _explained(exc: BaseException | None, path: Path) -> DigikamError:
    code = getattr(exc, "sqlite_errorcode", 0) & 0xFF  # without what SQLite adds to it
    what, cure = _CAUSES.get(code, (f"cannot be read: {exc}", "Does digiKam still open it?"))
    return DigikamError(f"the database {source_name(path)} {what}.", cure=cure)
