"""The tags that each photo has in digiKam's database."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, text

from tagwright_adapters.digikam.albums import AlbumRoot
from tagwright_adapters.digikam.database import PATIENCE, Source, reading
from tagwright_adapters.digikam.schema import VISIBLE, columns
from tagwright_adapters.digikam.tags import TagRow, read_tags
from tagwright_adapters.xmp.digikam import INTERNAL, ROOT
from tagwright_adapters.xmp.digikam import Path as TagPath

# What digiKam keeps for itself. Confirmed people are tags like others, and it writes them too.
_KEPT = frozenset({"internalTag", "unknownPerson", "ignoredPerson", "unconfirmedPerson"})
_TOP = 0


class PhotoTags:
    """The tags of photos as digiKam had them when this was made."""

    def __init__(self, tags: Mapping[str, tuple[TagPath, ...]]) -> None:
        """``tags`` are by the real path of a photo's folder, a slash and its name."""
        self._tags = tags

    def __call__(self, photo: Path) -> tuple[TagPath, ...]:
        """Return the tags of a photo; none if digiKam does not know it."""
        return self._tags.get(_key(os.path.realpath(photo.parent), photo.name), ())

    def __len__(self) -> int:
        return len(self._tags)


def read_photo_tags(
    database: Source, roots: Iterable[AlbumRoot], patience: float = PATIENCE
) -> PhotoTags:
    """Read the tags of all photos in the collections that are there.

    Raises:
        DigikamError: the database cannot be read.
    """
    paths = _paths(read_tags(database, patience).rows)
    places = {root.id: os.path.realpath(root.path) for root in roots if root.path}
    found: dict[str, tuple[TagPath, ...]] = {}
    with reading(database, patience) as connection:
        for root, folder, name, tag in _rows(connection):
            if root in places and tag in paths:
                key = _key(f"{places[root]}/{folder.strip('/')}".rstrip("/"), name)
                found[key] = (*found.get(key, ()), paths[tag])
    return PhotoTags(found)


def _key(folder: str, name: str) -> str:
    return f"{folder}/{name}"


def _rows(connection: Connection) -> Iterator[tuple[int, str, str, int]]:
    if not {"id", "albumRoot", "relativePath"} <= columns(connection, "Albums"):
        return
    wanted = text(
        "SELECT albumRoot, relativePath, Images.name, tagid FROM ImageTags"
        " JOIN Images ON Images.id = imageid JOIN Albums ON Albums.id = album"
        " WHERE status = :status ORDER BY imageid, tagid"
    )
    for row in connection.execute(wanted, {"status": VISIBLE}):
        root, folder, name, tag = row
        yield root, folder, name, tag


def _paths(rows: Iterable[TagRow]) -> dict[int, TagPath]:
    """Return the paths of tags that may stand in files."""
    by_id = {row.id: row for row in rows}
    found = {number: _path(number, by_id) for number in by_id}
    return {number: path for number, path in found.items() if path}


def _path(number: int, rows: Mapping[int, TagRow]) -> TagPath:
    """Return a tag's path; empty if it is digiKam's own, hangs nowhere or cannot be written."""
    names: list[str] = []
    passed: set[int] = set()
    at: int | None = number
    while at != _TOP:
        row = rows.get(at) if at is not None and at not in passed else None
        if row is None or row.name == INTERNAL or "/" in row.name or row.properties & _KEPT:
            return ()
        passed.add(row.id)
        at = row.parent
        if not (row.name == ROOT and at == _TOP):
            names.append(row.name)
    return tuple(reversed(names))
