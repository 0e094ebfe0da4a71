"""Ways in which a label finds concepts, each of which can be explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import fold

_STEP = re.compile(r"\s*[/|>\u203a\u2192]\s*")
_MOST_STEPS = 8


@dataclass(frozen=True, slots=True)
class Match:
    """A concept that a label fits, and how."""

    concept: str
    label: str  # the concept's label that matched
    language: str  # of that label
    how: str  # "preferred label", …
    preferred: bool
    sure: float = 1.0  # factor on the observation's confidence


class Matcher(Protocol):
    """One way to find concepts; the mapper asks the next one only where this finds none."""

    def __call__(self, label: str) -> tuple[Match, ...]:
        """Return every concept that fits the label, in the taxonomy's order."""


class LabelIndex:
    """All labels of a taxonomy by what :func:`~tagwright.taxonomy.labels.fold` makes of them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._matches: dict[str, list[Match]] = {}
        for concept in taxonomy:
            for language, label in concept.labels.items():
                self._add(Match(concept.id, label, language, "preferred label", preferred=True))
            others = ("alternative label", concept.alternatives), ("hidden label", concept.hidden)
            for how, by_language in others:
                for language, labels in by_language.items():
                    for label in labels:
                        self._add(Match(concept.id, label, language, how, preferred=False))

    def _add(self, match: Match) -> None:
        self._matches.setdefault(fold(match.label), []).append(match)

    def find(self, label: str) -> list[Match]:
        """Return what has this label, groups included."""
        return self._matches.get(fold(label), [])


class ExactMatcher:
    """Finds concepts by their preferred and alternative labels in every language."""

    def __init__(self, taxonomy: Taxonomy, index: LabelIndex) -> None:
        self._groups = frozenset(concept.id for concept in taxonomy if concept.group)
        self._index = index

    def __call__(self, label: str) -> tuple[Match, ...]:
        """Return every concept of that label."""
        return tuple(m for m in self._index.find(label) if m.concept not in self._groups)


class PathMatcher:
    """Finds concepts by labels with broader ones before them: "Places/Paris", "animal > cat".

    Steps of the hierarchy may be left out, but each that is named must be there. Two names of one
    concept are a path too: "sofa/couch".
    """

    def __init__(self, taxonomy: Taxonomy, index: LabelIndex) -> None:
        self._taxonomy = taxonomy
        self._index = index
        self._leaf = ExactMatcher(taxonomy, index)

    def __call__(self, label: str) -> tuple[Match, ...]:
        """Return every concept whose label is the last step, below concepts of the others."""
        steps = [step for step in _STEP.split(label) if step]
        if not 2 <= len(steps) <= _MOST_STEPS:
            return ()
        return tuple(self._below(steps))

    def _below(self, steps: list[str]) -> Iterator[Match]:
        above = [{match.concept for match in self._index.find(step)} for step in steps[:-1]]
        for match in self._leaf(steps[-1]):
            lineage = {match.concept, *self._taxonomy.ancestors(match.concept)}
            if all(lineage & concepts for concepts in above):
                path = " > ".join(self._taxonomy.path(match.concept))
                yield Match(match.concept, path, match.language, "path", match.preferred)
