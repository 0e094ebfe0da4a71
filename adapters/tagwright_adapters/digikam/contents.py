"""What digiKam's database holds, in figures."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from tagwright.pictures.formats import format_of
from tagwright_adapters.digikam.database import PATIENCE, reading
from tagwright_adapters.digikam.schema import VISIBLE, columns, settings, version
from tagwright_adapters.xmp.digikam import INTERNAL


@dataclass(frozen=True, slots=True)
class Contents:
    """Figures of a database."""

    photos: int = 0
    beside: int = 0  # of them, such as take tags only in a sidecar: RAW, video
    tagged: int = 0  # photos with a tag of the user's
    schema: int = 0  # its version; 0: not said


def count(database: Path, patience: float = PATIENCE) -> Contents:
    """Count what is in a database.

    Raises:
        DigikamError: it cannot be read.
    """
    with reading(database, patience) as connection:
        schema = version(settings(connection))
        if not {"id", "name", "status"} <= columns(connection, "Images"):
            return Contents(schema=schema)
        names = connection.execute("SELECT name FROM Images WHERE status = ?", [VISIBLE])
        photos = beside = 0
        for (name,) in names:
            photos += 1
            form = format_of(name)
            beside += form is not None and not form.writable
        return Contents(photos, beside, _tagged(connection), schema)


def _tagged(connection: sqlite3.Connection) -> int:
    if not {"imageid", "tagid"} <= columns(connection, "ImageTags"):
        return 0
    found = connection.execute(
        "SELECT COUNT(DISTINCT imageid) FROM ImageTags JOIN Images ON Images.id = imageid"
        " JOIN Tags ON Tags.id = tagid WHERE status = ? AND pid NOT IN"
        " (SELECT id FROM Tags WHERE name = ?)",
        [VISIBLE, INTERNAL],
    )
    return int(found.fetchone()[0])
