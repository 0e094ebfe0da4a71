"""Vectors that were made before, on disk. They may be deleted at any time: they are made again."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from tagwright_adapters.clip.scoring import Vectors, unit

logger = logging.getLogger(__name__)

_Found = TypeVar("_Found")

_AT_ONCE = 500  # keys in one query
_TABLE = (
    "CREATE TABLE IF NOT EXISTS vector (space TEXT NOT NULL, key TEXT NOT NULL,"
    " value BLOB NOT NULL, PRIMARY KEY (space, key)) WITHOUT ROWID"
)


def key_of(*content: bytes) -> str:
    """Return the key of what a vector is of."""
    digest = hashlib.sha256()
    for part in content:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:32]


class VectorStore:
    """Keeps vectors of length 1 as half-precision numbers: 1 kB for one of 512 dimensions.

    May be used by several threads and processes. Where the file cannot be used, vectors are made
    again and again, which is said once.
    """

    def __init__(self, path: Path | None) -> None:
        """Use a file, or memory for the length of the process."""
        self._lock = threading.Lock()
        self._broken = False
        self._connection: sqlite3.Connection | None = None
        self._path = path

    def rounded(self, vectors: Vectors) -> Vectors:
        """Return vectors as they come back from the store, so that both ways give one answer."""
        return unit(vectors.astype(np.float16).astype(np.float32))

    def find(self, space: str, keys: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors that are there, of the model ``space``, by key."""
        return self._run(lambda connection: _find(connection, space, keys), {})

    def keep(self, space: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep vectors by key."""
        rows = [(space, key, one.astype(np.float16).tobytes()) for key, one in vectors.items()]
        insert = "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)"
        self._run(lambda connection: connection.executemany(insert, rows), None)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _run(self, work: Callable[[sqlite3.Connection], _Found], otherwise: _Found) -> _Found:
        with self._lock:
            if self._broken:
                return otherwise
            try:
                with self._connect() as connection:
                    return work(connection)
            except (sqlite3.Error, OSError, ValueError) as exc:
                self._broken = True
                logger.warning("vectors are not kept, as %s cannot be used: %s", self._path, exc)
                return otherwise

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
            made = sqlite3.connect(self._path or ":memory:", timeout=30, check_same_thread=False)
            self._connection = made
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("PRAGMA synchronous = NORMAL")
            made.execute(_TABLE)
        return self._connection


def _find(connection: sqlite3.Connection, space: str, keys: Sequence[str]) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    for at in range(0, len(keys), _AT_ONCE):
        some = keys[at : at + _AT_ONCE]
        marks = ",".join("?" * len(some))
        query = f"SELECT key, value FROM vector WHERE space = ? AND key IN ({marks})"  # noqa: S608 - question marks only
        for key, value in connection.execute(query, (space, *some)):
            found[key] = unit(np.frombuffer(value, np.float16).astype(np.float32))
    return found
