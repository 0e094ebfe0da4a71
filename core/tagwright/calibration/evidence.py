"""What people decided, as evidence of how right taggers are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from tagwright.model import Choice
from tagwright.state import decisions
from tagwright.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Judged:
    """One suggestion that a person decided on."""

    tagger: str
    concept: str
    confidence: float  # as suggested
    right: bool
    label: str = ""  # as the tagger said it


def evidence(connection: Connection, taxonomy: Taxonomy) -> list[Judged]:
    """Return all decisions on suggestions of taggers.

    A suggestion that was refined to a narrower concept was right, if not exact.
    """
    found = []
    for row in decisions.judged(connection):
        right = row.choice == Choice.ACCEPT.value
        if row.choice == Choice.REFINE.value and row.to_concept in taxonomy:
            right = row.concept in taxonomy.ancestors(row.to_concept)
        found.append(Judged(row.tagger, row.concept, row.confidence, right, row.label))
    return found


def branch(taxonomy: Taxonomy, concept: str) -> str:
    """Return the top concept above a concept; itself if the taxonomy no longer has it."""
    return taxonomy.lineage(concept)[0] if concept in taxonomy else concept
