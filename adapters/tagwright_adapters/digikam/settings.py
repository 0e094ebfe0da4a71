"""Where digiKam keeps its database, as its settings file ``digikamrc`` says."""

from __future__ import annotations

import os
from configparser import Error as ParserError
from configparser import RawConfigParser
from pathlib import Path

from tagwright.taxonomy.decoding import source_name
from tagwright_adapters.digikam.errors import DigikamError

DATABASE = "digikam4.db"
RC = "digikamrc"

_MAGIC = b"SQLite format 3\0"
_GROUP = "Database Settings"
_CURE = f"Name the folder that holds {DATABASE}, or digiKam's {RC}."


def database(given: Path | None = None) -> Path:
    """Return the path of digiKam's SQLite database.

    Args:
        given: The database, the folder that it lies in, or a ``digikamrc``; without one,
            the ``digikamrc`` in the usual places, the one that was changed last.

    Raises:
        DigikamError: there is none, or it is kept in MySQL.
    """
    if given is None:
        return _named_by(_usual())
    given = given.expanduser()
    try:
        if given.is_dir():
            return _in_folder(given)
        with given.open("rb") as stream:
            start = stream.read(len(_MAGIC))
    except OSError as exc:
        message = f"{source_name(given)} cannot be read: {exc.strerror}."
        raise DigikamError(message, cure=_CURE) from exc
    if start == _MAGIC:
        return given
    if given.name.endswith("rc") or start.lstrip().startswith(b"["):
        return _named_by(given)
    raise DigikamError(f"{source_name(given)} is not a digiKam database.", cure=_CURE)


def places() -> tuple[Path, ...]:
    """Return where a ``digikamrc`` may be."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return (
        config / RC,
        home / ".config" / RC,
        home / ".var/app/org.kde.digikam/config" / RC,  # Flatpak
        home / "snap/digikam/current/.config" / RC,  # Snap
        home / "Library/Preferences" / RC,  # macOS
    )


def _usual() -> Path:
    found = [path for path in places() if path.is_file()]
    if not found:
        message = f"no settings of digiKam were found: there is no {places()[0]}."
        raise DigikamError(message, cure=_CURE)
    return max(found, key=lambda path: path.stat().st_mtime_ns)


def _in_folder(folder: Path) -> Path:
    if (folder / DATABASE).is_file():
        return folder / DATABASE
    if (folder / RC).is_file():
        return _named_by(folder / RC)
    raise DigikamError(f"there is no {DATABASE} in {source_name(folder)}.", cure=_CURE)


def _named_by(rc: Path) -> Path:
    group = _group(rc)
    kind = group.get("Database Type", "QSQLITE")
    if kind != "QSQLITE":
        message = f"digiKam keeps its tags in {kind.removeprefix('Q')}, which cannot be read yet."
        cure = (
            "Let digiKam write its tags to the photos, then learn them from there: photos:FOLDER; "
            "or copy its database to SQLite with Settings > Database Migration."
        )
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
        raise DigikamError(message, cure="Is its disk mounted? Otherwise: " + _CURE)
    return path


def _group(rc: Path) -> dict[str, str]:
    """Return the keys of the database's group; KDE marks some with ``[$e]``: expand variables."""
    parser = RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # the documented way
    try:
        parser.read_string("[ ]\n" + rc.read_text(encoding="utf-8"), source=source_name(rc))
    except (OSError, UnicodeDecodeError, ParserError) as exc:
        message = f"{source_name(rc)} cannot be read as digiKam's settings."
        raise DigikamError(message, cure=_CURE) from exc
    values = {}
    for key, value in parser.items(_GROUP) if parser.has_section(_GROUP) else ():
        expand = key.endswith("[$e]")
        text = value.replace("\\s", " ").replace("\\\\", "\\")
        values[key.removesuffix("[$e]")] = os.path.expandvars(text) if expand else text
    return values
