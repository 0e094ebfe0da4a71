"""KDE's settings files, such as ``digikamrc``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from configparser import Error as ParserError
from configparser import RawConfigParser
from pathlib import Path

from tagwright.taxonomy.decoding import source_name
from tagwright_adapters.digikam.errors import DigikamError

Group = Mapping[str, str]

_EXPANDED = "e"  # of the marks behind a key, "[$e]" or "[$ie]": variables are to be expanded


def read_groups(rc: Path) -> dict[str, Group]:
    """Return the keys and values of each group; keys lose their marks (``[$i]``, ``[$e]``).

    Raises:
        DigikamError: it cannot be read, or is no such file.
    """
    parser = RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # the documented way
    try:
        parser.read_string("[ ]\n" + rc.read_text(encoding="utf-8"), source=source_name(rc))
    except (OSError, UnicodeDecodeError, ParserError) as exc:
        message = f"{source_name(rc)} cannot be read as digiKam's settings."
        raise DigikamError(message, cure="Name digiKam's digikamrc.") from exc
    return {name: _values(parser.items(name)) for name in parser.sections()}


def is_on(group: Group, key: str, *, default: bool) -> bool:
    """Return a switch as KDE reads it."""
    value = group.get(key, "").strip().lower()
    return value in ("true", "on", "yes", "1") if value else default


def _values(items: list[tuple[str, str]]) -> Group:
    values = {}
    for key, value in items:
        name, _, marks = key.partition("[$")
        text = value.replace("\\s", " ").replace("\\\\", "\\")
        values[name] = os.path.expandvars(text) if _EXPANDED in marks else text
    return values
