"""Concepts and the taxonomy that holds them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from tagwright.errors import TaxonomyError
from tagwright.model import Kind


@dataclass(frozen=True, slots=True)
class Concept:
    """An entry of the user's vocabulary (SKOS: ``skos:Concept``)."""

    id: str  # stable identifier: "people/child"; survives renaming when the user sets it
    labels: Mapping[str, str]  # skos:prefLabel by BCP 47 language
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # skos:altLabel
    hidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # skos:hiddenLabel
    broader: tuple[str, ...] = ()  # skos:broader identifiers; the first one gives the path
    notes: Mapping[str, str] = field(default_factory=dict)  # skos:scopeNote by language
    matches: tuple[str, ...] = ()  # skos:exactMatch: URIs of the same in other vocabularies
    kinds: frozenset[Kind] = frozenset()  # kinds of observation it takes; empty: as its broader
    group: bool = False  # only groups narrower ones: stands in paths, is never a tag itself
    closed: bool = False  # its kinds of observation go nowhere but to it and below
    exclusive: bool = False  # of those right below, at most one is true of a photo
    line: int | None = None  # where it stands in its file, for messages


class Taxonomy:
    """An immutable set of concepts. Iterates in the order of its file."""

    def __init__(self, name: str, language: str, concepts: Iterable[Concept]) -> None:
        """``language`` is the one that paths are written in where a concept has a label in it.

        Raises:
            TaxonomyError: an identifier stands for two concepts, a concept has no label, a broader
                concept is missing, or broader concepts form a cycle.
        """
        self.name = name
        self.language = language
        self._concepts: dict[str, Concept] = {}
        self._narrower: dict[str, list[str]] = {}
        for concept in concepts:
            self._add(concept)
        self._check_broader()

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

    def note(self, concept_id: str) -> str:
        """Return the scope note in the taxonomy's language, else in the first it has, or ""."""
        notes = self[concept_id].notes
        return notes.get(self.language) or next(iter(notes.values()), "")

    def path(self, concept_id: str) -> tuple[str, ...]:
        """Return preferred labels from the top concept to this one, as hosts show them."""
        return tuple(self.label(ancestor) for ancestor in self.lineage(concept_id))

    def lineage(self, concept_id: str) -> tuple[str, ...]:
        """Return identifiers from the top concept to this one, along first broader ones."""
        chain = [concept_id]
        while broader := self[chain[-1]].broader:
            chain.append(broader[0])
        return tuple(reversed(chain))

    def ancestors(self, concept_id: str) -> frozenset[str]:
        """Return the identifiers of all broader concepts, along every path to the top."""
        found: set[str] = set()
        waiting = list(self[concept_id].broader)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting.extend(self[one].broader)
        return frozenset(found)

    def narrower(self, concept_id: str | None = None) -> tuple[str, ...]:
        """Return the identifiers right below a concept; without one, the top concepts."""
        if concept_id is None:
            return tuple(concept.id for concept in self if not concept.broader)
        return tuple(self._narrower.get(self[concept_id].id, ()))

    def kinds(self, concept_id: str) -> frozenset[Kind]:
        """Return the kinds of observation it takes, inherited along its path; empty: any."""
        concept = self[concept_id]
        while not concept.kinds and concept.broader:
            concept = self[concept.broader[0]]
        return concept.kinds

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
                    {k: list(v) for k, v in c.hidden.items()},
                    list(c.broader),
                    dict(c.notes),
                    list(c.matches),
                    sorted(c.kinds),
                    [c.group, c.closed, c.exclusive],
                ]
                for c in self
            ],
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()[:16]

    def _add(self, concept: Concept) -> None:
        if concept.id in self._concepts:
            msg = f"the taxonomy {self.name!r} has two concepts with the id {concept.id!r}."
            raise TaxonomyError(msg)
        if not concept.labels:
            msg = f"the concept {concept.id!r} of the taxonomy {self.name!r} has no label."
            raise TaxonomyError(msg)
        self._concepts[concept.id] = concept
        for broader in concept.broader:
            self._narrower.setdefault(broader, []).append(concept.id)

    def _check_broader(self) -> None:
        seen: set[str] = set()
        for concept in self:
            if not seen.issuperset(concept.broader):
                break
            seen.add(concept.id)
        else:
            return  # broader ones first, as files have them: there can be no cycle
        for concept_id in self._narrower:
            _ = self[concept_id]
        try:
            TopologicalSorter({c.id: c.broader for c in self}).prepare()
        except CycleError as exc:
            chain = " > ".join(repr(one) for one in exc.args[1])
            msg = f"concepts of the taxonomy {self.name!r} are broader than themselves: {chain}."
            raise TaxonomyError(msg) from exc
