"""Taxonomies back to YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from tagwright.taxonomy.building import default_id
from tagwright.taxonomy.model import Concept, Taxonomy


class _Dumper(yaml.SafeDumper):
    """Writes nothing for None, and never an anchor."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


_Dumper.add_representer(
    type(None), lambda dumper, _: dumper.represent_scalar("tag:yaml.org,2002:null", "")
)


def dump_taxonomy(taxonomy: Taxonomy) -> str:
    """Return a taxonomy as YAML text, from which the same taxonomy is read.

    Concepts stand below their first broader one. One that has no label in the taxonomy's language
    gets there the label that paths show.
    """
    content = {
        "name": taxonomy.name,
        "language": taxonomy.language,
        "concepts": {taxonomy.label(top): _body(taxonomy, top) for top in taxonomy.narrower()},
    }
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def _body(taxonomy: Taxonomy, concept_id: str) -> dict[str, Any] | None:
    concept = taxonomy[concept_id]
    parent = concept.broader[0] if concept.broader else None
    below = [one for one in taxonomy.narrower(concept_id) if taxonomy[one].broader[0] == concept_id]
    body: dict[str, Any] = {}
    if concept.id != default_id(taxonomy.label(concept_id), parent):
        body["id"] = concept.id
    if labels := {k: v for k, v in concept.labels.items() if k != taxonomy.language}:
        body["labels"] = labels
    body |= _own(concept, taxonomy.language)
    if below:
        body["narrower"] = {taxonomy.label(one): _body(taxonomy, one) for one in below}
    return body or None


def _own(concept: Concept, language: str) -> dict[str, Any]:
    own = {
        "also": _by_language(concept.alternatives, language),
        "hidden": _by_language(concept.hidden, language),
        "note": _note(concept.notes, language),
        "same_as": list(concept.matches),
        "kinds": sorted(kind.value for kind in concept.kinds),
        "group": concept.group,
        "closed": concept.closed,
        "exclusive": concept.exclusive,
        "broader": list(concept.broader[1:]),
    }
    return {key: value for key, value in own.items() if value}


def _note(notes: Mapping[str, str], language: str) -> str | dict[str, str]:
    return notes[language] if list(notes) == [language] else dict(notes)


def _by_language(
    labels: Mapping[str, tuple[str, ...]], language: str
) -> list[str] | dict[str, list[str]]:
    if list(labels) == [language]:
        return list(labels[language])
    return {tag: list(some) for tag, some in labels.items()}
