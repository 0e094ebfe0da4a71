"""What digiKam's database holds, in figures."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from tagwright.pictures.formats import format_of
from tagwright_adapters.digikam.database import PATIENCE, Source, reading
from tagwright_adapters.digikam.schema import VISIBLE, columns, settings, version
from tagwright_adapters.xmp.digikam import INTERNAL


@dataclass(frozen=True, slots=True)
class Contents:
    """Figures of a database."""

    photos: int = 0
    beside: int = 0  # of them, such as take tags only in a sidecar: RAW, video
    tagged: int = 0  # photos with a tag of the user's
    schema: int = 0  # its version; 0: not said


def count(database: Source, patience: float = PATIENCE) -> Contents:
    """Count what is in a database.

    Raises:
        DigikamError: it cannot be read.
    """
    with reading(database, patience) as connection:
        schema = version(settings(connection))
        if not {"id", "name", "status"} <= columns(connection, "Images"):
            return Contents(schema=schema)
        wanted = text("SELECT name FROM Images WHERE status = :status")
        names = connection.execute(wanted, {"status": VISIBLE})
        photos = beside = 0
        for (name,) in names:
            photos += 1
            form = format_of(name)
            beside += form is not None and not form.writable
        return Contents(photos, beside, _tagged(connection), schema)


def _tagged(connection: Connection) -> int:
    if not {"imageid", "tagid"} <= columns(connection, "ImageTags"):
        return 0
    wanted = text(
        "SELECT COUNT(DISTINCT imageid) FROM ImageTags JOIN Images ON Images.id = imageid"
        " JOIN Tags ON Tags.id = tagid WHERE status = :status AND tagid != 0"
        " AND pid NOT IN (SELECT id FROM Tags WHERE name = :internal)"
    )
    found = connection.execute(wanted, {"status": VISIBLE, "internal": INTERNAL})
    return int(found.scalar_one())
