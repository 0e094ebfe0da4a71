"""Search: photos by concept, in any of its words, by caption, label, folder and file name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from tagwright.mapping.matching import LabelIndex
from tagwright.state import search_index
from tagwright.state.search_index import EDGE, Found
from tagwright.state.waiting import Filter
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import fold

_LONGEST = 5  # words of a label
_MOST = 50  # concepts that one term may stand for
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
_WORD = re.compile(r"\w")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """A top concept among the photos found, with the concepts below it."""

    label: str
    photos: int
    concepts: tuple[tuple[Path, int], ...]  # path and number of photos, most first


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found."""

    hits: tuple[Found, ...]
    total: int
    facets: tuple[Facet, ...]  # of all that was found; most photos first
    concepts: tuple[str, ...]  # identifiers that words of the query were taken for


def search(
    connection: Connection,
    taxonomy: Taxonomy,
    query: str,
    chosen: Filter = Filter(),  # noqa: B008 - frozen
    *,
    limit: int = 100,
    offset: int = 0,
) -> Results:
    """Return photos in which all words are found, best first.

    A word, or several in a row, that is a label of a concept in any language finds the photos
    tagged with it or with a narrower one. Whatever else it is, it finds captions, labels of
    taggers, folders and file names that have a word beginning so.

    Args:
        connection: To the state. The index is brought up to date first.
        taxonomy: The user's vocabulary.
        query: Words; what stands between quotation marks is found in that order. Empty: all.
        chosen: Where and when; ``concept`` and ``facet`` narrow to photos with that tag or one
            below it, the rest is not looked at.
        limit: At most so many hits.
        offset: How many to leave out before.
    """
    search_index.refresh(connection)
    index = LabelIndex(taxonomy)
    terms = list(_terms(query, index))
    within = filter(None, (chosen.concept, chosen.facet))
    terms += [_Term((), (taxonomy[concept].id,)) for concept in within]
    expression = " AND ".join(_expression(one, taxonomy) for one in terms)
    rows = search_index.match(
        connection,
        expression,
        under=chosen.under,
        taken_from=chosen.taken_from,
        taken_to=chosen.taken_to,
    )
    page = [asset_id for asset_id, _ in rows[offset : offset + limit]]
    named = dict.fromkeys(concept for one in terms for concept in one.concepts)
    return Results(
        tuple(search_index.describe(connection, page)),
        len(rows),
        tuple(_facets(tags for _, tags in rows)),
        tuple(named),
    )


@dataclass(frozen=True, slots=True)
class _Term:
    words: tuple[str, ...]
    concepts: tuple[str, ...] = ()  # identifiers
    exact: bool = False  # the words in this order, and none that only begins so


def _terms(query: str, index: LabelIndex) -> Iterator[_Term]:
    """Split a query; the longest runs of words that are labels stay together."""
    run: list[str] = []
    for quoted, word in _TERM.findall(query):
        if word:
            run.append(word)
            continue
        yield from _labels(run, index)
        run = []
        if _WORD.search(quoted):
            yield _Term(tuple(quoted.split()), _concepts(quoted, index), exact=True)
    yield from _labels(run, index)


def _labels(words: Sequence[str], index: LabelIndex) -> Iterator[_Term]:
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            some = tuple(words[place : place + length])
            concepts = _concepts(" ".join(some), index)
            if concepts or length == 1:
                if concepts or _WORD.search(some[0]):
                    yield _Term(some, concepts)
                place += length
                break


def _concepts(label: str, index: LabelIndex) -> tuple[str, ...]:
    found = index.find(label) or index.find(_singular(label))
    return tuple(dict.fromkeys(match.concept for match in found))[:_MOST]


def _singular(label: str) -> str:
    """Return the label as taxonomies mostly have it: English plurals are what people type."""
    return fold(label).removesuffix("s")


def _expression(one: _Term, taxonomy: Taxonomy) -> str:
    """Return a term in FTS5's language; whatever was typed is quoted, never understood."""
    ways = [
        f"tags : {_quoted(f'{EDGE} {taxonomy.label(concept)} {EDGE}')}" for concept in one.concepts
    ]
    if one.words:
        words = _quoted(" ".join(one.words))
        ways.append(words if one.exact else f"{words} *")
    return f"({' OR '.join(ways)})"


def _quoted(words: str) -> str:
    return '"' + words.replace('"', " ").replace("\0", " ") + '"'


def _facets(entries: Iterable[str]) -> Iterator[Facet]:
    photos: Counter[str] = Counter()
    below: dict[str, Counter[Path]] = defaultdict(Counter)
    for tags in entries:
        paths = {path for path in search_index.paths_in(tags) if path}
        photos.update({path[0] for path in paths})
        for path in paths:
            below[path[0]][path] += 1
    for label, number in sorted(photos.items(), key=lambda pair: (-pair[1], pair[0])):
        concepts = sorted(below[label].items(), key=lambda pair: (-pair[1], pair[0]))
        yield Facet(label, number, tuple(concepts))
