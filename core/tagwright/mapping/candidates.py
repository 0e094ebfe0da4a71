"""What mapping answers: concepts with their reasons, and what nothing covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tagwright.model import Observation, Why

Said: TypeAlias = tuple[str, Observation]
"""A tagger's name and one thing that it said."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A concept that observations of one photo lead to."""

    concept: str  # concept identifier
    confidence: float  # 0 to 1, of the surest reason
    unambiguous: float  # likewise, of reasons that fit no other concept as well; 0: there is none
    why: tuple[Why, ...]  # unambiguous ones first, then the surest


@dataclass(frozen=True, slots=True)
class MappingResult:
    """What the observations of one photo lead to, whatever order they came in."""

    candidates: tuple[Candidate, ...]  # surest first
    unmapped: tuple[Said, ...]  # surest first; texts bounded and safe to show


@dataclass(frozen=True, slots=True)
class Reason:
    """One observation's lead to one concept."""

    confidence: float
    ambiguous: bool
    why: Why


def gather(concept: str, reasons: Sequence[Reason]) -> Candidate:
    """Return the candidate that all reasons for one concept make."""
    if len(reasons) == 1:
        only = reasons[0]
        sure = 0.0 if only.ambiguous else only.confidence
        return Candidate(concept, only.confidence, sure, (only.why,))
    ordered = sorted(set(reasons), key=_reason_rank)
    confidence = max(reason.confidence for reason in ordered)
    unambiguous = 0.0 if ordered[0].ambiguous else ordered[0].confidence
    return Candidate(concept, confidence, unambiguous, tuple(reason.why for reason in ordered))


def said_rank(said: Said) -> tuple[object, ...]:
    """Return a key that sorts surest first, and equals in an order that is always the same."""
    tagger, seen = said
    language, concept = seen.language or "", seen.concept or ""
    rest = (seen.synonyms, language, seen.how, concept)
    return -seen.confidence, seen.label, seen.kind, tagger, *rest


def _reason_rank(reason: Reason) -> tuple[object, ...]:
    why = reason.why
    order = (why.match, why.matched, why.note)
    said = said_rank((why.tagger, why.observation))
    return reason.ambiguous, -reason.confidence, *order, *said
