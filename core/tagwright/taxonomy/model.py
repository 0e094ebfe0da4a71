"""Concepts and the taxonomy that holds them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tagwright.errors import TaxonomyError
from tagwright.model import Kind


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry of the user's vocabulary (SKOS: ``skos:Concept``)."""

    id: str  # stable identifier: "people/child"; survives renaming when the user sets it
    labels: Mapping[str, str]  # skos:prefLabel by BCP 47 language
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # skos:altLabel
    broader: tuple[str, ...] = ()  # skos:broader identifiers; the first one gives the path
    note: str = ""  # skos:scopeNote
    kinds: frozenset[Kind] = frozenset()  # kinds of observation it takes; empty: any
    line: int | None = None  # where it stands in its file, for messages


class Taxonomy:
    """An immutable set of concepts. Iterates in the order of its file."""

    def __init__(
        self, name: str, language: str, concepts: Iterator[Concept] | list[Concept]
    ) -> None:
        """``language`` is the one that paths are written in where a concept has a label in it."""
        self.name = name
        self.language = language
        self._concepts = {concept.id: concept for concept in concepts}

    def __iter__(self) -> Iterator[Concept]:
        return iter(self._concepts.values())

    def __len__(self) -> int:
        return len(self._concepts)

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self._concepts

    def __getitem__(self, concept_id: str) -> Concept:
        try:
            return self._concepts[concept_id]
        except KeyError:
            msg = f"the taxonomy {self.name!r} has no concept {concept_id!r}."
            raise TaxonomyError(msg) from None

    def label(self, concept_id: str) -> str:
        """Return the preferred label in the taxonomy's language, else in the first it has."""
        labels = self[concept_id].labels
        return labels.get(self.language) or next(iter(labels.values()))

    def path(self, concept_id: str) -> tuple[str, ...]:
        """Return preferred labels from the top concept to this one, as hosts show them."""
        return tuple(self.label(ancestor) for ancestor in self.lineage(concept_id))

    def lineage(self, concept_id: str) -> tuple[str, ...]:
        """Return identifiers from the top concept to this one, along first broader ones."""
        chain = [concept_id]
        while broader := self[chain[-1]].broader:
            chain.append(broader[0])
        return tuple(reversed(chain))

    @cached_property
    def key(self) -> str:
        """A hash of everything that can change what an observation maps to."""
        content = [
            self.language,
            [
                [
                    c.id,
                    dict(c.labels),
                    {k: list(v) for k, v in c.alternatives.items()},
                    list(c.broader),
                    c.note,
                    sorted(c.kinds),
                ]
                for c in self
            ],
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()[:16]
