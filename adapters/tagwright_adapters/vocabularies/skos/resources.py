"""A taxonomy as resources with properties, in its own order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from tagwright.taxonomy import Concept, Taxonomy
from tagwright_adapters.vocabularies.skos.terms import SCHEME, uri_of


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that is a resource."""

    uri: str


@dataclass(frozen=True, slots=True)
class Text:
    """A value that is a text, in a language or none."""

    text: str
    language: str | None = None


Value: TypeAlias = Reference | Text | bool


@dataclass(slots=True)
class Resource:
    """A subject with what is said of it; names are such as ``skos:broader``."""

    uri: str
    type: str
    properties: dict[str, list[Value]] = field(default_factory=dict)


def resources(taxonomy: Taxonomy) -> Iterator[Resource]:
    """Yield the scheme, then the concepts."""
    titles: dict[str, list[Value]] = {
        "dcterms:title": [Text(taxonomy.name)],
        "dcterms:language": [Text(taxonomy.language)],
    }
    yield Resource(SCHEME, "skos:ConceptScheme", titles)
    for concept in taxonomy:
        yield Resource(uri_of(concept.id), "skos:Concept", _properties(concept))


def _properties(concept: Concept) -> dict[str, list[Value]]:
    broader: list[Value] = [Reference(uri_of(one)) for one in concept.broader]
    found: dict[str, list[Value]] = {
        "skos:prefLabel": [Text(label, tag) for tag, label in concept.labels.items()],
        "skos:altLabel": [Text(w, tag) for tag, some in concept.alternatives.items() for w in some],
        "skos:hiddenLabel": [Text(w, tag) for tag, some in concept.hidden.items() for w in some],
        "skos:scopeNote": [Text(note, tag) for tag, note in concept.notes.items()],
        "skos:broader": broader,
        "tagwright:path": broader[:1] if len(broader) > 1 else [],
        "skos:topConceptOf": [] if broader else [Reference(SCHEME)],
        "skos:inScheme": [Reference(SCHEME)],
        "skos:exactMatch": [Reference(uri) for uri in concept.matches],
        "tagwright:kind": [Text(kind) for kind in sorted(concept.kinds)],
        "tagwright:group": [True] if concept.group else [],
        "tagwright:closed": [True] if concept.closed else [],
        "tagwright:exclusive": [True] if concept.exclusive else [],
    }
    return {name: values for name, values in found.items() if values}
