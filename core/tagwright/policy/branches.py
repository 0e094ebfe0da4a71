"""What the hierarchy says of a concept, found once and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.naming import Names

Sides = Mapping[str, frozenset[str]]
"""For each exclusive concept: which of those right below it is meant. Usually just one."""


class Branches:
    """The branches of one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.has_exclusive = any(concept.exclusive for concept in taxonomy)
        self._closures: dict[str, frozenset[str]] = {}
        self._sides: dict[str, Sides] = {}

    def of(self, concept: str) -> frozenset[str]:
        """Return a concept and all broader ones: every branch that it lies in."""
        found = self._closures.get(concept)
        if found is None:
            found = self._closures[concept] = self.taxonomy.ancestors(concept) | {concept}
        return found

    def above(self, concept: str) -> frozenset[str]:
        """Return all broader concepts."""
        return self.of(concept) - {concept}

    def sides(self, concept: str) -> Sides:
        """Return which side of each exclusive concept it is on."""
        found = self._sides.get(concept)
        if found is None:
            found = self._sides[concept] = self.sides_of((concept,))
        return found

    def sides_of(self, concepts: Iterable[str]) -> Sides:
        """Return the sides that several concepts are on together."""
        sides: dict[str, set[str]] = {}
        for one in concepts:
            for branch in self.of(one):
                for broader in self.taxonomy[branch].broader:
                    if self.taxonomy[broader].exclusive:
                        sides.setdefault(broader, set()).add(branch)
        return {broader: frozenset(branches) for broader, branches in sides.items()}

    def title(self, concept: str) -> str:
        """Return the path of a concept as people read it."""
        return " > ".join(self.taxonomy.path(concept))

    def tagged(self, tags: Iterable[tuple[str, ...]]) -> frozenset[str]:
        """Return the concepts that tags on a photo name, by path or by a label of their own."""
        found = (self._names.at(tag) for tag in tags)
        return frozenset(concepts[0] for concepts in found if len(concepts) == 1)

    @cached_property
    def _names(self) -> Names:
        return Names(self.taxonomy)


def exclude_each_other(one: Sides, other: Sides) -> bool:
    """Say whether both cannot be true of a photo."""
    return any(
        broader in other and branches.isdisjoint(other[broader])
        for broader, branches in one.items()
    )
