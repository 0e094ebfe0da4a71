"""digiKam's collections: the folders whose photos it shows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Connection, text

from tagwright_adapters.digikam.database import PATIENCE, Source, reading
from tagwright_adapters.digikam.schema import columns
from tagwright_adapters.digikam.volumes import mount_points

_OFFLINE = "its disk is not mounted"


@dataclass(frozen=True, slots=True)
class AlbumRoot:
    """A collection."""

    id: int
    label: str
    identifier: str  # as digiKam has it: "volumeid:?uuid=…"
    specific: str  # below the mount point, or "/"
    path: Path | None  # where it is now
    trouble: str = ""  # why it is nowhere

    @property
    def shown(self) -> str:
        """What people know it by."""
        return self.label or (str(self.path) if self.path else self.specific)


def read_album_roots(database: Source, patience: float = PATIENCE) -> tuple[AlbumRoot, ...]:
    """Return the collections, with where they are now.

    Raises:
        DigikamError: the database cannot be read.
    """
    with reading(database, patience) as connection:
        return tuple(_root(*row) for row in _rows(connection))


def _rows(connection: Connection) -> list[tuple[int, str, str, str]]:
    needed = {"id", "label", "identifier", "specificPath"}
    if not needed <= columns(connection, "AlbumRoots"):
        return []
    wanted = text(
        "SELECT id, IFNULL(label, ''), IFNULL(identifier, ''), IFNULL(specificPath, '/')"
        " FROM AlbumRoots ORDER BY id"
    )
    return [(number, *texts) for number, *texts in connection.execute(wanted)]


def _root(number: int, label: str, identifier: str, specific: str) -> AlbumRoot:
    bases, trouble = _bases(identifier)
    below = specific.strip("/")
    found = [base / below for base in bases if (base / below).is_dir()]
    if found:
        return AlbumRoot(number, label, identifier, specific, found[0])
    if bases and not trouble:
        trouble = f"there is no folder {bases[0] / below}"
    return AlbumRoot(number, label, identifier, specific, None, trouble)


def _bases(identifier: str) -> tuple[list[Path], str]:
    """Return the folders that an identifier may mean, and why there is none."""
    parts = urlsplit(identifier)
    # A plus is one in Qt's queries; Python's parser takes it for a space.
    query = parse_qs(parts.query.replace("+", "%2B"))
    direct = query.get("path", []) + query.get("mountpath", [])
    if direct:
        return [Path(one) for one in direct], ""
    for key in ("uuid", "label"):
        if key in query:
            mounted = mount_points(key, query[key][0])
            return mounted, "" if mounted else _OFFLINE
    return [], f"{identifier!r} says nothing that is known"
