"""The concepts that are scored, and which of them compete with each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tagwright.taxonomy import Concept, Taxonomy
from tagwright_adapters.llm.offer import Place, places

_FLAT = ""  # the facet of top concepts that stand alone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept to be scored."""

    concept: Concept
    facet: str  # label of what it competes within
    end: int  # place behind the last concept below it in its facet


@dataclass(frozen=True, slots=True)
class Facets:
    """All candidates facet by facet, broader ones before narrower ones.

    Of candidate ``i``, those below it in its facet are ``i + 1`` to ``candidates[i].end - 1``.
    """

    candidates: tuple[Candidate, ...]
    starts: tuple[int, ...]  # place of the first of each facet, ascending

    @classmethod
    def of(cls, taxonomy: Taxonomy) -> Facets:
        """Divide a taxonomy; groups and our own bookkeeping are in none of them.

        Of one facet are the concepts below the nearest group or exclusive concept above them, else
        their whole top-level branch. Top concepts with nothing below form one together.
        """
        members = _members(taxonomy)
        candidates: list[Candidate] = []
        starts: list[int] = []
        for facet, some in members.items():
            starts.append(len(candidates))
            label = taxonomy.label(facet) if facet else taxonomy.name
            ends = _ends(some)
            candidates += (
                Candidate(place.concept, label, starts[-1] + end)
                for place, end in zip(some, ends, strict=True)
            )
        return cls(tuple(candidates), tuple(starts))

    @property
    def concepts(self) -> Iterator[Concept]:
        """The concepts in their order."""
        return (one.concept for one in self.candidates)


def _members(taxonomy: Taxonomy) -> dict[str, list[Place]]:
    facet_of: dict[str, str] = {}
    members: dict[str, list[Place]] = {}
    for place in places(taxonomy):
        concept = place.concept
        if concept.broader:
            above = taxonomy[concept.broader[0]]
            facet = above.id if above.group or above.exclusive else facet_of[above.id]
        else:
            facet = concept.id if taxonomy.narrower(concept.id) else _FLAT
        facet_of[concept.id] = facet
        if not concept.group:
            members.setdefault(facet, []).append(place)
    return members


def _ends(members: list[Place]) -> list[int]:
    ends = [len(members)] * len(members)
    above: list[int] = []
    for at, place in enumerate(members):
        while above and members[above[-1]].depth >= place.depth:
            ends[above.pop()] = at
        above.append(at)
    return ends
