"""What people decided, as evidence of how right taggers are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from tagwright.model import Choice
from tagwright.state import decisions, host_decisions
from tagwright.state.deriving import HOST, PERSON
from tagwright.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Judged:
    """One suggestion that a person decided on."""

    tagger: str
    concept: str
    confidence: float  # as suggested
    right: bool
    label: str = ""  # as the tagger said it
    asked: bool = True  # whether the person was asked; else it is what they did in the host


def evidence(connection: Connection, taxonomy: Taxonomy) -> list[Judged]:
    """Return all decisions on suggestions of taggers, once for each content and tagger.

    A suggestion that was refined to a narrower concept was right, if not exact. A tag that was
    deleted in the host was wrong, and those that were left on that photo were right: whoever
    deletes one has seen the others. What was renamed there says nothing of the tagger.
    """
    rows = decisions.judged(connection)
    found = [_judged(row, taxonomy) for row in rows if _tells(row)]
    known = {(row.content_key, row.concept, row.tagger) for row in rows}
    return [*found, *_left(connection, known)]


def _tells(row: Row[Any]) -> bool:
    return bool(row.source != HOST or row.choice == Choice.REJECT.value)


def _judged(row: Row[Any], taxonomy: Taxonomy) -> Judged:
    right = row.choice == Choice.ACCEPT.value
    if row.choice == Choice.REFINE.value and row.to_concept in taxonomy:
        right = row.concept in taxonomy.ancestors(row.to_concept)
    asked = row.source != HOST
    return Judged(row.tagger, row.concept, row.confidence, right, row.label, asked)


def _left(connection: Connection, known: Collection[tuple[str, str, str]]) -> Iterator[Judged]:
    seen = set(known)
    for row in host_decisions.left_standing(connection):
        why = row.why[0]
        tagger = why["tagger"]
        key = row.content_key, row.concept, tagger
        if key not in seen and tagger != PERSON and not tagger.startswith("rule:"):
            seen.add(key)
            yield Judged(tagger, row.concept, row.confidence, True, why["label"], asked=False)


def branch(taxonomy: Taxonomy, concept: str) -> str:
    """Return the top concept above a concept; itself if the taxonomy no longer has it."""
    return taxonomy.lineage(concept)[0] if concept in taxonomy else concept
