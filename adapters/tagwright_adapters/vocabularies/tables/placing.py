"""Where the rows of a table belong: by their paths, or by what they call broader."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tagwright.taxonomy import Entry, Problems
from tagwright.taxonomy.labels import fold, printable

_STEPS = re.compile(r"\s*[/|]\s*|\s+>\s+")


@dataclass(slots=True)
class Row:
    """A row of the table with the cells that have to be looked up elsewhere."""

    entry: Entry
    path: str = ""
    broader: list[str] = field(default_factory=list)


def by_path(rows: Sequence[Row], problems: Problems) -> list[Entry]:
    """Return the entries of rows with paths, and of broader concepts that have no row."""
    placed: dict[tuple[str, ...], Entry] = {}
    own: set[tuple[str, ...]] = set()
    for row in rows:
        steps = [step for step in _STEPS.split(row.path.strip()) if step]
        place = tuple(fold(step) for step in steps)
        if not steps:
            problems.error(row.entry.line, "the row has no path", "Write one, or remove the row.")
            continue
        if place in own:
            what = f"{' > '.join(steps)!r} stands twice, also in line {placed[place].line}"
            problems.error(row.entry.line, what, "Join the two rows.")
            continue
        own.add(place)
        _place(row.entry, steps, place, placed)
    find = _finder(list(placed.values()), {place: entry.key for place, entry in placed.items()})
    for row in rows:
        further = _resolve(row, find, problems)
        if further and not row.entry.broader:
            what = f"{row.path.strip()!r} stands at the top and has a broader concept"
            problems.error(row.entry.line, what, "Write its path in full.")
        row.entry.broader += further
    return list(placed.values())


def _place(
    entry: Entry, steps: list[str], place: tuple[str, ...], placed: dict[tuple[str, ...], Entry]
) -> None:
    """Put an entry, and those that its path implies, where they belong."""
    for depth in range(1, len(steps)):
        if place[:depth] not in placed:
            implied = Entry(key=f"{entry.key}.{depth}", line=entry.line)
            implied.labels = [(None, steps[depth - 1])]
            implied.broader = [placed[place[: depth - 1]].key] if depth > 1 else []
            placed[place[:depth]] = implied
    entry.labels.insert(0, (None, steps[-1]))
    if place in placed:
        entry.key = placed[place].key  # what was implied has a row of its own after all
    entry.broader = [placed[place[:-1]].key] if len(place) > 1 else []
    placed[place] = entry


def by_broader(rows: Sequence[Row], problems: Problems) -> list[Entry]:
    """Return the entries of rows with labels, connected by what they call broader."""
    entries = [row.entry for row in rows]
    find = _finder(entries, {})
    for row in rows:
        row.entry.broader = _resolve(row, find, problems)
    return entries


def _finder(entries: list[Entry], places: dict[tuple[str, ...], str]) -> Callable[[str], set[str]]:
    """Return a function from an id, label or path to the keys of what it may mean."""
    ids = {entry.id: entry.key for entry in entries if entry.id}
    names: dict[str, set[str]] = {}
    for entry in entries:
        for _, label in entry.labels:
            names.setdefault(fold(label), set()).add(entry.key)

    def find(text: str) -> set[str]:
        if text in ids:
            return {ids[text]}
        place = tuple(fold(step) for step in _STEPS.split(text) if step)
        return {places[place]} if place in places else names.get(fold(text), set())

    return find


def _resolve(row: Row, find: Callable[[str], set[str]], problems: Problems) -> list[str]:
    found: list[str] = []
    for text in row.broader:
        keys = find(text)
        if len(keys) == 1:
            found += keys
            continue
        name = printable(text, 60)
        if keys:
            what = f"the broader concept {name!r} may be any of {len(keys)}"
            problems.error(row.entry.line, what, "Name it by its id.")
        else:
            what = f"there is no concept {name!r} that could be broader"
            problems.error(row.entry.line, what, "Name one by its id, or by its label.")
    return found
