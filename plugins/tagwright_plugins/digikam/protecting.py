"""Which tags of people would be lost in digiKam, were a photo written without them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.state import Database, ledger
from tagwright_adapters.digikam.albums import read_album_roots
from tagwright_adapters.digikam.behaviour import read_behaviour
from tagwright_adapters.digikam.checking import replaces
from tagwright_adapters.digikam.contents import count
from tagwright_adapters.digikam.database import Source
from tagwright_adapters.digikam.errors import DigikamNotFoundError
from tagwright_adapters.digikam.joining import PhotoTags, read_photo_tags
from tagwright_adapters.digikam.server import Server
from tagwright_adapters.digikam.settings import find
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.xmp.digikam import Path as TagPath

_REST = 10  # times as long as reading takes, during which the database is not read again


def database_tags(configuration: Configuration, given: Path | None) -> DatabaseTags | None:
    """Return what says which tags a photo has in digiKam's database, without any of ours.

    None: digiKam loses none, has gone, or its settings are not known.

    Raises:
        DigikamError: it cannot be read.
    """
    try:
        place = find(given)
    except DigikamNotFoundError:  # an undo must be possible without it
        return None
    if place.rc is None or not replaces(read_behaviour(place.rc), count(place.database)):
        return None
    return DatabaseTags(configuration, place.database)


class DatabaseTags:
    """The tags of people in digiKam's database, read again when it has changed; thread-safe.

    A tag that its owner deletes in digiKam during a long run must not come back.
    """

    def __init__(self, configuration: Configuration, database: Source) -> None:
        self._configuration = configuration
        self._database = database
        self._lock = threading.Lock()
        self._read()

    def __call__(self, photo: Path) -> tuple[TagPath, ...]:
        """Return a photo's tags without any that we ever wrote: what has gone stays gone."""
        with self._lock:
            if time.monotonic() >= self._due and _signature(self._database) != self._seen:
                self._read()
            tags, ours = self._tags, self._ours
        mine = ours.get(to_reference(photo), frozenset())
        return tuple(path for path in tags(photo) if path not in mine)

    def _read(self) -> None:
        began = time.monotonic()
        self._seen = _signature(self._database)
        self._tags: PhotoTags = read_photo_tags(self._database, read_album_roots(self._database))
        # Afterwards, so that it has all of ours that digiKam can have read by now.
        self._ours = _ours(self._configuration)
        ended = time.monotonic()
        self._due = ended + _REST * (ended - began)


def _signature(database: Source) -> object:
    """Return what is another when the database has changed; a server's is always another."""
    if isinstance(database, Server):
        return object()
    return tuple(map(_state, (database, Path(f"{database}-wal"))))


def _state(file: Path) -> tuple[int, int] | None:
    try:
        known = file.stat()
    except OSError:  # there is no log, or the disk has gone, which reading will tell
        return None
    return known.st_size, known.st_mtime_ns


def _ours(configuration: Configuration) -> Mapping[str, frozenset[TagPath]]:
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            return ledger.written_paths(connection)
    finally:
        database.close()
