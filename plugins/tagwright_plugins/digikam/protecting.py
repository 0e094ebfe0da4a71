"""Which tags of people would be lost in digiKam, were a photo written without them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.state import Database, ledger
from tagwright_adapters.digikam.albums import read_album_roots
from tagwright_adapters.digikam.behaviour import read_behaviour
from tagwright_adapters.digikam.checking import replaces
from tagwright_adapters.digikam.contents import count
from tagwright_adapters.digikam.joining import PhotoTags, read_photo_tags
from tagwright_adapters.digikam.settings import find
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.xmp.digikam import Path as TagPath

Further = Callable[[Path], tuple[TagPath, ...]]


def database_tags(configuration: Configuration, given: Path | None) -> Further | None:
    """Return what says which tags a photo has in digiKam's database, without any of ours.

    None: digiKam loses none, or its settings are not known.

    Raises:
        DigikamError: there is no digiKam, or it cannot be read.
    """
    place = find(given)
    if place.rc is None:
        return None
    if not replaces(read_behaviour(place.rc), count(place.database)):
        return None
    tags = read_photo_tags(place.database, read_album_roots(place.database))
    return partial(_of_people, tags, _ours(configuration))


def _ours(configuration: Configuration) -> Mapping[str, frozenset[TagPath]]:
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            return ledger.written_paths(connection)
    finally:
        database.close()


def _of_people(
    tags: PhotoTags, ours: Mapping[str, frozenset[TagPath]], photo: Path
) -> tuple[TagPath, ...]:
    """Return a photo's tags without any that we ever wrote: what has gone stays gone."""
    mine = ours.get(to_reference(photo), frozenset())
    return tuple(path for path in tags(photo) if path not in mine)
