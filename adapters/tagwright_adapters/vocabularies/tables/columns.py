"""The columns of a table, and how a cell holds several texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from tagwright.taxonomy import Problems, languages
from tagwright.taxonomy.labels import printable

BY_LANGUAGE = ("label", "also", "hidden", "note")  # may be written label@de
PLAIN = ("id", "path", "broader", "same_as", "kinds", "group", "closed", "exclusive")
NAMING = ("path", "label")  # one of the two says what a row is about
EXAMPLE = "The first line names the columns, for example: path,label@de,also"

_SEPARATOR = re.compile(r"(?<!\\)((?:\\\\)*)[|\n\r]")
_ESCAPED = re.compile(r"\\([\\|])")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: one of the names above, and a language if it says so."""

    name: str
    language: str | None = None


def column(title: str) -> Column | None:
    """Return the column of a title, or None if there is none of that name."""
    name, at, tag = title.strip().partition("@")
    name = name.strip().casefold().replace(" ", "_")
    if at:
        language = languages.canonical(tag)
        return Column(name, language) if name in BY_LANGUAGE and language else None
    return Column(name) if name in BY_LANGUAGE or name in PLAIN else None


def columns(titles: list[str], problems: Problems, line: int) -> list[Column | None]:
    """Return the columns of a header; what is not known is left out with a warning."""
    found = [column(title) for title in titles]
    seen: set[Column] = set()
    for title, one in zip(titles, found, strict=True):
        if one is None and title.strip():
            what = f"the column {printable(title.strip(), 60)!r} is not read"
            problems.warning(line, what, _meant(title))
        elif one in seen:
            problems.error(line, f"there are two columns {title.strip()!r}", "Join the two.")
        elif one is not None:
            seen.add(one)
    if {"path", "label"} <= {one.name for one in seen if one.language is None}:
        cure = "A path ends with the label; remove the column 'label'."
        problems.error(line, "there are both 'path' and 'label'", cure)
    return found


def _meant(title: str) -> str:
    known = [*BY_LANGUAGE, *PLAIN]
    name, at, tag = title.strip().casefold().partition("@")
    near = get_close_matches(name[:60], known, n=1)
    if at and near:
        return f"Did you mean {near[0] + '@en'!r}? {languages.cure(tag)}"
    return f"Did you mean {near[0]!r}?" if near else f"The columns are {', '.join(known)}."


def split(cell: str) -> list[str]:
    r"""Return the texts of a cell that ``|`` or line breaks separate; ``\|`` is a bar itself."""
    parts = _SEPARATOR.sub("\\1\0", cell).split("\0")
    return [_ESCAPED.sub(r"\1", part.strip(" ")) for part in parts if part.strip()]


def join(texts: list[str]) -> str:
    """Return the cell that :func:`split` takes apart again."""
    return "|".join(text.replace("\\", "\\\\").replace("|", "\\|") for text in texts)
