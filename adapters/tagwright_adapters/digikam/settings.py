"""Where digiKam keeps its settings, and its database as they say."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tagwright.taxonomy.decoding import source_name
from tagwright_adapters.digikam.database import Source
from tagwright_adapters.digikam.errors import DigikamError, DigikamNotFoundError
from tagwright_adapters.digikam.rc import Group, read_groups
from tagwright_adapters.digikam.server import server_named_by

DATABASE = "digikam4.db"
RC = "digikamrc"

_MAGIC = b"SQLite format 3\0"
_GROUP = "Database Settings"
_CURE = f"Name the folder that holds {DATABASE}, or digiKam's {RC}."
# An AppImage keeps settings of its own in a folder of its name with ".config" behind it.
_APPIMAGES = ("", "Applications", "bin", ".local/bin", "Downloads")
_PORTABLE = f"*[dD]igi[kK]am*.[aA]pp[iI]mage.config/{RC}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a digiKam keeps its things."""

    rc: Path | None  # None: a database was named, and no settings lead to it
    database: Source


def find(given: Path | None = None) -> Place:
    """Return where digiKam keeps its settings and its database.

    Args:
        given: The database, the folder that it lies in, or a ``digikamrc``; without one,
            the ``digikamrc`` in the usual places, the one that was changed last.

    Raises:
        DigikamNotFoundError: there is none.
        DigikamError: it cannot be read.
    """
    if given is None:
        return _by_settings(_usual())
    given = given.expanduser()
    try:
        if given.is_dir():
            return _in_folder(given)
        with given.open("rb") as stream:
            start = stream.read(len(_MAGIC))
    except FileNotFoundError as exc:
        message = f"{source_name(given)} cannot be read: {exc.strerror}."
        raise DigikamNotFoundError(message, cure=_CURE) from exc
    except OSError as exc:
        message = f"{source_name(given)} cannot be read: {exc.strerror}."
        raise DigikamError(message, cure=_CURE) from exc
    if start == _MAGIC:
        return Place(_leading_to(given), given)
    if given.name.endswith("rc") or start.lstrip().startswith(b"["):
        return _by_settings(given)
    raise DigikamError(f"{source_name(given)} is not a digiKam database.", cure=_CURE)


def database(given: Path | None = None) -> Source:
    """Return where digiKam's database is; see :func:`find`."""
    return find(given).database


def places() -> tuple[Path, ...]:
    """Return where a ``digikamrc`` may be."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    local = Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local")
    return (
        config / RC,
        home / ".config" / RC,  # AppImages too
        home / ".var/app/org.kde.digikam/config" / RC,  # Flatpak
        home / "snap/digikam/current/.config" / RC,  # Snap
        home / "Library/Preferences" / RC,  # macOS
        local / RC,  # Windows
        *_portable(home),
    )


def _portable(home: Path) -> Iterator[Path]:
    for folder in _APPIMAGES:
        yield from sorted((home / folder).glob(_PORTABLE))


def _usual() -> Path:
    found = [path for path in places() if path.is_file()]
    if not found:
        message = f"no settings of digiKam were found: there is no {places()[0]}."
        raise DigikamNotFoundError(message, cure=_CURE)
    return max(found, key=lambda path: path.stat().st_mtime_ns)


def _in_folder(folder: Path) -> Place:
    if (folder / DATABASE).is_file():
        return Place(_leading_to(folder / DATABASE), folder / DATABASE)
    if (folder / RC).is_file():
        return _by_settings(folder / RC)
    raise DigikamNotFoundError(f"there is no {DATABASE} in {source_name(folder)}.", cure=_CURE)


def _leading_to(named: Path) -> Path | None:
    """Return the settings, of those in the usual places, that name a database."""
    for rc in places():
        try:
            found = _named_by(rc) if rc.is_file() else None
            if isinstance(found, Path) and found.samefile(named):
                return rc
        except (DigikamError, OSError):  # those of another digiKam, which are not asked for
            continue
    return None


def _by_settings(rc: Path) -> Place:
    return Place(rc, _named_by(rc))


def _named_by(rc: Path) -> Source:
    group: Group = read_groups(rc).get(_GROUP, {})
    kind = group.get("Database Type", "QSQLITE")
    if kind == "QMYSQL":
        return server_named_by(group, rc)
    if kind != "QSQLITE":
        message = f"digiKam keeps its tags in {kind.removeprefix('Q')}, which cannot be read."
        cure = "Copy its database to SQLite with Settings > Database Migration."
        raise DigikamError(message, cure=cure)
    name = group.get("Database Name", "")
    if not name:
        message = f"{source_name(rc)} names no database."
        raise DigikamError(message, cure="Start digiKam once and finish its first questions.")
    path = Path(name)
    # Before version 3 it was the file that stood there.
    path = path if path.name == DATABASE else path / DATABASE
    if not path.is_file():
        message = f"the database {source_name(path)} that {source_name(rc)} names is not there."
        raise DigikamNotFoundError(message, cure="Is its disk mounted? Otherwise: " + _CURE)
    return path
