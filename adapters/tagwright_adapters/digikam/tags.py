"""The tags in digiKam's database, of any version of its schema that has them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from tagwright_adapters.digikam.database import PATIENCE, Source, reading, shown
from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.schema import VISIBLE, columns, settings, version

NEWEST = 16  # DBVersion that is known: digiKam 7.9 has 15, 8.x has 16


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag as it stands there."""

    id: int
    parent: int | None  # 0: at the top
    name: str  # what is not UTF-8 in it is kept as surrogates
    photos: int = 0  # that carry it, and not only one below it
    properties: frozenset[str] = frozenset()  # "internalTag", "person", …


@dataclass(frozen=True, slots=True)
class Tags:
    """All tags of a database, in the order of their numbers."""

    rows: tuple[TagRow, ...]
    uuid: str = ""  # of the database; another one is made with a new database
    version: int = 0  # of its schema; 0: it does not say
    properties: frozenset[str] = field(default=frozenset())  # all that occur


def read_tags(database: Source, patience: float = PATIENCE) -> Tags:
    """Read the tags; ``patience`` is the seconds to wait for a lock of digiKam's.

    Raises:
        DigikamError: they cannot be read, or it is no database of digiKam's.
    """
    with reading(database, patience) as connection:
        if not {"id", "pid", "name"} <= columns(connection, "Tags"):
            message = f"{shown(database)} has no table of tags as digiKam makes it."
            raise DigikamError(message, cure="Name digiKam's digikam4.db.")
        properties = _properties(connection)
        photos = _photos(connection)
        rows = tuple(
            TagRow(number, parent, str(name), photos.get(number, 0), properties.get(number, _NONE))
            for number, parent, name in connection.execute(
                text("SELECT id, pid, name FROM Tags ORDER BY id")
            )
        )
        said = settings(connection)
    return Tags(
        rows,
        uuid=said.get("databaseUUID", "").strip("{}"),
        version=version(said),
        properties=frozenset().union(*properties.values()),
    )


_NONE: frozenset[str] = frozenset()


def _properties(connection: Connection) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    if {"tagid", "property"} <= columns(connection, "TagProperties"):
        for number, name in connection.execute(text("SELECT tagid, property FROM TagProperties")):
            found[number] = found.get(number, _NONE) | {str(name)}
    return found


def _photos(connection: Connection) -> dict[int, int]:
    if not {"imageid", "tagid"} <= columns(connection, "ImageTags"):
        return {}
    if not {"id", "status"} <= columns(connection, "Images"):
        return {}
    wanted = text(
        "SELECT tagid, COUNT(*) FROM ImageTags JOIN Images ON Images.id = imageid"
        " WHERE status = :status GROUP BY tagid"
    )
    counted = connection.execute(wanted, {"status": VISIBLE})
    return {tag: int(number) for tag, number in counted}
