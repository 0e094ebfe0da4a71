"""Tables to entries."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tagwright.taxonomy import Entry, Problems
from tagwright.taxonomy.labels import printable
from tagwright_adapters.vocabularies.tables.columns import (
    EXAMPLE,
    NAMING,
    Column,
    column,
    columns,
    split,
)
from tagwright_adapters.vocabularies.tables.placing import Row, by_broader, by_path
from tagwright_adapters.vocabularies.vocabulary import Content

_DELIMITERS = ",;\t"
_YES = {"yes", "true", "x", "1", "ja", "oui"}
_NO = {"", "no", "false", "0", "nein", "non"}


def read(text: str, problems: Problems) -> Content:
    """Return the concepts of a table; its language is that of the first column of labels."""
    entries, language = _read(text, problems)
    return Content(entries, language=language)


def _read(text: str, problems: Problems) -> tuple[list[Entry], str | None]:
    lines, skipped = _without_hint(text)
    header, delimiter = _header(lines)
    records = _records(lines, delimiter, skipped, problems)
    first = next(records, None)
    if first is None:
        problems.error(None, "the file is empty", EXAMPLE)
        return [], None
    if any(one and one.name in NAMING for one in header):
        found = columns(first[1], problems, first[0])
        rows = [_row(number, cells, found, problems) for number, cells in records]
    elif len(first[1]) == 1:
        rows = [_bare(*first), *(_bare(*record) for record in records)]
    else:
        problems.error(first[0], "no column is called 'path' or 'label'", EXAMPLE)
        return [], None
    naming = next((one for one in header if one and one.name in NAMING), Column("path"))
    place = by_path if Column("path") in header or naming.name == "path" else by_broader
    return place(rows, problems), naming.language


def _without_hint(text: str) -> tuple[str, int]:
    """Return the text without the line in which Excel says the delimiter, and the lines skipped."""
    first, _, rest = text.partition("\n")
    hint = first.strip().casefold()
    return (rest, 1) if hint.startswith("sep=") and len(hint) == len("sep=,") else (text, 0)


def _header(text: str) -> tuple[list[Column | None], str]:
    """Return the columns of the first line, and the delimiter that makes most sense of it."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    attempts = [
        ([column(title) for title in next(csv.reader([line], delimiter=one), [])], one)
        for one in _DELIMITERS
    ]
    return max(attempts, key=lambda attempt: sum(one is not None for one in attempt[0]))


def _records(
    text: str, delimiter: str, skipped: int, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that are not empty, each with the line that it begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = skipped + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = skipped + reader.line_num + 1
    except csv.Error as exc:
        cure = (
            "Look at the quotes there: a text with quotes is put in quotes, and they are doubled."
        )
        problems.error(line, f"the table cannot be read: {exc}", cure)


def _bare(line: int, cells: list[str]) -> Row:
    return Row(Entry(key=str(line), line=line), path=cells[0])


def _row(line: int, cells: list[str], found: list[Column | None], problems: Problems) -> Row:
    row = Row(Entry(key=str(line), line=line))
    if len(cells) > len(found) and any(cell.strip() for cell in cells[len(found) :]):
        what = f"the row has {len(cells)} cells, and there are {len(found)} columns"
        problems.error(line, what, "Put texts with a delimiter in them in quotes.")
    for one, cell in zip(found, cells, strict=False):
        if one is not None and cell.strip():
            _fill(row, one, cell, problems)
    return row


def _fill(row: Row, one: Column, cell: str, problems: Problems) -> None:
    entry = row.entry
    texts = split(cell)
    match one.name:
        case "label":
            entry.labels.append((one.language, cell))
        case "also" | "hidden":
            words = entry.alternatives if one.name == "also" else entry.hidden
            words += [(one.language, text) for text in texts]
            _warn_of_separators(row, one.name, texts, problems)
        case "note":
            entry.notes.append((one.language, cell))
        case "id":
            entry.id = cell.strip()
        case "path":
            row.path = cell
        case "broader":
            row.broader = texts
        case "same_as":
            entry.matches = texts
        case "kinds":
            entry.kinds = cell.replace("|", " ").replace(",", " ").replace(";", " ").split()
        case "group" | "closed" | "exclusive":
            setattr(entry, one.name, _flag(row, one.name, cell.strip(), problems))


def _flag(row: Row, name: str, cell: str, problems: Problems) -> bool:
    said = cell.casefold()
    if said not in _YES | _NO:
        what = f"{name!r} is {printable(cell, 60)!r}, and not yes or no"
        problems.error(row.entry.line, what, "Write 'yes', or nothing.")
    return said in _YES


def _warn_of_separators(row: Row, name: str, texts: list[str], problems: Problems) -> None:
    if len(texts) == 1 and (";" in texts[0] or "," in texts[0]):
        what = f"{name!r} has one text with commas or semicolons: {printable(texts[0], 60)!r}"
        problems.warning(row.entry.line, what, "If it is several, put '|' between them.")
