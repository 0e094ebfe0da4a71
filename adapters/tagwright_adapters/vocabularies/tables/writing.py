"""Taxonomies to tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping

from tagwright.taxonomy import Concept, Taxonomy
from tagwright_adapters.vocabularies.tables.columns import join
from tagwright_adapters.vocabularies.vocabulary import Rendered

_WORDS: tuple[tuple[str, Callable[[Concept], Mapping[str, tuple[str, ...]]]], ...] = (
    ("label", lambda concept: {tag: (label,) for tag, label in concept.labels.items()}),
    ("also", lambda concept: concept.alternatives),
    ("hidden", lambda concept: concept.hidden),
    ("note", lambda concept: {tag: (note,) for tag, note in concept.notes.items()}),
)
_FLAGS = ("group", "closed", "exclusive")


def render(taxonomy: Taxonomy) -> Rendered:
    """Return a taxonomy as CSV, one row for each concept, with the columns that it needs."""
    rows = [_cells(concept) for concept in taxonomy]
    titles = _titles(taxonomy, list(dict.fromkeys(title for row in rows for title in row)))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, titles, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return Rendered(stream.getvalue(), (f"the name {taxonomy.name!r}",))


def _titles(taxonomy: Taxonomy, used: list[str]) -> list[str]:
    """Return the titles in use; the first label's language is the taxonomy's when read again."""
    others = (title.partition("@")[2] for title in used)
    tags = list(dict.fromkeys([taxonomy.language, *filter(None, others)]))
    words = [f"{name}@{tag}" for name, _ in _WORDS for tag in tags]
    order = ["id", "broader", *words, "same_as", "kinds", *_FLAGS]
    always = {"id", "broader", f"label@{taxonomy.language}"}
    return [title for title in order if title in used or title in always]


def _cells(concept: Concept) -> dict[str, str]:
    cells = {
        "id": concept.id,
        "broader": join(list(concept.broader)),
        "same_as": join(list(concept.matches)),
        "kinds": "|".join(sorted(concept.kinds)),
    }
    for name, words in _WORDS:
        for tag, texts in words(concept).items():
            plain = name in ("label", "note")
            cells[f"{name}@{tag}"] = texts[0] if plain else join(list(texts))
    cells |= {name: "yes" for name in _FLAGS if getattr(concept, name)}
    return {title: cell for title, cell in cells.items() if cell}
