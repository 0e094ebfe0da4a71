"""Keyword lists of Lightroom and Bridge: one keyword a line, a tab for each level.

``{word}`` below a keyword is a synonym of it, ``[word]`` is a keyword that is not exported, which
is what we call a group. The lists know nothing else: one language, no notes, no identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tagwright.taxonomy import Concept, Entry, Problems, Taxonomy
from tagwright.taxonomy.labels import fold, printable
from tagwright_adapters.vocabularies.losses import losses
from tagwright_adapters.vocabularies.vocabulary import Content, Rendered

_SYNONYM = re.compile(r"\{(.*)\}")
_GROUP = re.compile(r"\[(.*)\]")
_BRACES = str.maketrans("{}[]", "()()")


def read(text: str, problems: Problems) -> Content:
    """Return the keywords of a list."""
    above: list[Entry] = []  # the keywords that the current line stands below, one for each level
    found: list[Entry] = []
    places: dict[tuple[str, str], Entry] = {}  # by the broader one's key and the folded keyword
    for number, line in enumerate(text.splitlines(), start=1):
        name = line.strip()
        if not name:
            continue
        level = len(line) - len(line.lstrip("\t"))
        if not _well_indented(line, level, len(above), number, problems):
            continue
        del above[level:]
        if match := _SYNONYM.fullmatch(name):
            _add_synonym(match[1], above, number, problems)
            continue
        entry = _keyword(name, number, above)
        place = entry.broader[-1] if above else "", fold(entry.labels[0][1])
        if (first := places.setdefault(place, entry)) is entry:
            found.append(entry)
        else:
            what = f"{printable(name, 60)!r} stands twice at the same place"
            problems.warning(number, what, f"The two are one, that of line {first.line}.")
        above.append(first)
    return Content(found)


def _well_indented(line: str, level: int, most: int, number: int, problems: Problems) -> bool:
    if line[level] == " ":
        cure = "Indent with one tab for each level, as Lightroom does."
        problems.error(number, "the line is indented with spaces", cure)
    elif level > most:
        what = f"the line is indented by {level} tabs, and nothing stands above it at {level - 1}"
        problems.error(number, what, "Remove tabs, or put the broader keyword above it.")
    else:
        return True
    return False


def _add_synonym(word: str, above: list[Entry], number: int, problems: Problems) -> None:
    if above:
        above[-1].alternatives.append((None, word))
    else:
        what = f"the synonym {printable(word, 60)!r} stands below no keyword"
        problems.error(number, what, "Indent it by one tab more than its keyword.")


def _keyword(name: str, number: int, above: list[Entry]) -> Entry:
    group = _GROUP.fullmatch(name)
    return Entry(
        key=str(number),
        line=number,
        labels=[(None, group[1] if group else name)],
        broader=[above[-1].key] if above else [],
        group=group is not None,
    )


def render(taxonomy: Taxonomy, language: str) -> Rendered:
    """Return a taxonomy as a keyword list in one language."""
    lines: list[str] = []
    for level, concept in _walk(taxonomy, None, 0):
        label = (concept.labels.get(language) or taxonomy.label(concept.id)).translate(_BRACES)
        lines.append("\t" * level + (f"[{label}]" if concept.group else label))
        lines += [
            "\t" * (level + 1) + f"{{{word.translate(_BRACES)}}}"
            for word in concept.alternatives.get(language, ())
        ]
    return Rendered("".join(f"{line}\n" for line in lines), (*losses(taxonomy, language),))


def _walk(taxonomy: Taxonomy, top: str | None, level: int) -> Iterator[tuple[int, Concept]]:
    for one in taxonomy.narrower(top):
        concept = taxonomy[one]
        if top is None or concept.broader[0] == top:
            yield level, concept
            yield from _walk(taxonomy, one, level + 1)
