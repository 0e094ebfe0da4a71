"""What a matcher is asked, what it answers, and the labels that it looks in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from tagwright.model import Kind
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.labels import fold

SAFE = 0.95  # another form or a description of the same thing
DOUBTFUL = 0.75  # below the default threshold to apply, however sure the tagger is: ask a person


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that a tagger uses."""

    label: str
    kind: Kind = Kind.OTHER
    language: str | None = None  # BCP 47; None: the tagger does not say


@dataclass(frozen=True, slots=True)
class Match:
    """A concept that a label fits, and how."""

    concept: str
    label: str  # the concept's label that matched
    language: str  # of that label
    how: str  # "preferred label", …
    preferred: bool
    sure: float = 1.0  # factor on the observation's confidence
    note: str = ""  # what a person should know of it
    kind: Kind | None = None  # what this part of the label is about, if not what the whole is


class Matcher(Protocol):
    """One way to find concepts; the next one is asked only where this finds none."""

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return every concept that fits, in the taxonomy's order."""


class LabelIndex:
    """All labels of a taxonomy by what :func:`~tagwright.taxonomy.labels.fold` makes of them."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.language = primary(taxonomy.language)
        self._groups = frozenset(concept.id for concept in taxonomy if concept.group)
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

    def tags(self, label: str) -> tuple[Match, ...]:
        """Return what has this label and can be a tag."""
        return tuple(match for match in self.find(label) if match.concept not in self._groups)

    def entries(self) -> Iterator[tuple[str, Match]]:
        """Yield every label of what can be a tag, as folded and as it stands."""
        for folded, matches in self._matches.items():
            for match in matches:
                if match.concept not in self._groups:
                    yield folded, match

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that labels are in, the taxonomy's own first."""
        found = {primary(match.language) for _, match in self.entries()}
        return self.language, *sorted(found - {self.language})


def primary(language: str) -> str:
    """Return a language without its region and script: "en" of "en-GB"."""
    return language.partition("-")[0].lower()
