"""Labels that no concept covers: counted, with examples, for a person to adopt or ignore."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from tagwright.model import AssetRef, Facts, Kind
from tagwright.pipeline.judging import Judge
from tagwright.state import labels
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import fold

_EXAMPLES = 3
_SIMILAR = 3
_LIKENESS = 70.0  # per cent of rapidfuzz's ratio; only ever shown to a person
_NOBODY = Facts(name="")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One label, however it is spelt."""

    label: str  # the spelling that was said with most confidence
    spellings: tuple[str, ...]  # all of them, exactly as they were said
    kinds: tuple[Kind, ...]
    languages: tuple[str, ...]
    photos: int
    examples: tuple[AssetRef, ...]
    similar: tuple[str, ...]  # identifiers of concepts with a like label, nearest first


@dataclass(slots=True)
class _Gathered:
    confidence: float = -1.0
    label: str = ""
    spellings: set[str] = field(default_factory=set)
    kinds: set[Kind] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)


def proposals(
    connection: Connection, judge: Judge, *, fewest: int = 1, ignored: bool = False
) -> list[Proposal]:
    """Return what taggers said and no concept covers, on most photos first.

    Args:
        connection: To the state.
        judge: Knows the vocabulary as it is now, whatever it was when the photos were tagged.
        fewest: Leave out labels of fewer photos.
        ignored: Return those that a person chose to ignore, instead of the others.
    """
    likeness = _Likeness(judge.taxonomy)
    hidden = labels.ignored(connection)
    found = []
    for folded, gathered in _gather(connection, judge).items():
        if (folded in hidden) is not ignored:
            continue
        number = labels.photos(connection, gathered.spellings)
        if number >= fewest:
            found.append((number, folded, gathered))
    found.sort(key=lambda row: (-row[0], row[1]))
    return [
        Proposal(
            label=one.label,
            spellings=tuple(sorted(one.spellings)),
            kinds=tuple(sorted(one.kinds)),
            languages=tuple(sorted(one.languages)),
            photos=number,
            examples=tuple(labels.examples(connection, one.spellings, _EXAMPLES)),
            similar=likeness.nearest(folded),
        )
        for number, folded, one in found
    ]


def similar(taxonomy: Taxonomy, label: str) -> tuple[str, ...]:
    """Return the identifiers of concepts with a like label, nearest first."""
    return _Likeness(taxonomy).nearest(fold(label))


def spellings(connection: Connection, wanted: Iterable[str]) -> tuple[str, ...]:
    """Return how taggers spelt these labels, exactly, whatever their case or hyphens."""
    folded = {fold(label) for label in wanted}
    return tuple({seen.label for _, seen in labels.said(connection) if fold(seen.label) in folded})


def _gather(connection: Connection, judge: Judge) -> dict[str, _Gathered]:
    found: dict[str, _Gathered] = defaultdict(_Gathered)
    for said in labels.said(connection):
        if not judge.judge([said], _NOBODY, ()).unmapped:
            continue
        _, seen = said
        if not (folded := fold(seen.label)):
            continue
        one = found[folded]
        one.spellings.add(seen.label)
        one.kinds.add(seen.kind)
        one.languages.update(filter(None, [seen.language]))
        surest = max((one.confidence, one.label), (seen.confidence, seen.label))
        one.confidence, one.label = surest
    return found


class _Likeness:
    """Which concepts have labels that look like another."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        pairs = list(_labels(taxonomy))
        self._concepts = [concept for concept, _ in pairs]
        self._labels = [label for _, label in pairs]

    def nearest(self, label: str) -> tuple[str, ...]:
        """Return concepts, nearest first."""
        hits: Sequence[tuple[str, float, int]] = process.extract(
            label,
            self._labels,
            scorer=fuzz.ratio,
            limit=3 * _SIMILAR,
            score_cutoff=_LIKENESS,
        )
        unique = dict.fromkeys(self._concepts[index] for _, _, index in hits)
        return tuple(unique)[:_SIMILAR]


def _labels(taxonomy: Taxonomy) -> Iterator[tuple[str, str]]:
    for concept in taxonomy:
        if concept.group:
            continue
        for label in concept.labels.values():
            yield concept.id, fold(label)
        for some in concept.alternatives.values():
            for label in some:
                yield concept.id, fold(label)
