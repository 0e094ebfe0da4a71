"""Asks a mapper about one label."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.mapping import Mapper
from tagwright.model import Kind, Observation
from tagwright.policy import Policy, decide
from tagwright.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Asker:
    """A mapper and its taxonomy, asked by a tagger that is entirely sure."""

    taxonomy: Taxonomy
    mapper: Mapper

    def __call__(
        self, label: str, kind: Kind = Kind.OTHER, language: str | None = None
    ) -> dict[str, str]:
        """Return decisions by concept."""
        seen = Observation(label, 1.0, kind=kind, language=language)
        candidates = self.mapper.map([("tagger", seen)]).candidates
        decided = decide(candidates, self.taxonomy, Policy()).suggestions
        return {one.concept: one.decision.value for one in decided}

    def why(self, label: str, language: str | None = None) -> str:
        """Return how the surest concept was found, and the note."""
        seen = Observation(label, 1.0, language=language)
        why = self.mapper.map([("tagger", seen)]).candidates[0].why[0]
        return f"{why.match}: {why.note}"


def asker(taxonomy: Taxonomy) -> Asker:
    """Return an asker without rules or model."""
    return Asker(taxonomy, Mapper(taxonomy))
