"""Candidates made up for a small vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tagwright.mapping import Candidate, Said
from tagwright.model import Facts, Observation, Why
from tagwright.policy import Policy, Verdict, decide
from tagwright.taxonomy import parse_taxonomy

VOCABULARY = """
concepts:
  Animals: {narrower: {Cat: {narrower: [Kitten]}, Dog: {}}}
  Events: {narrower: [Christmas, Birthday]}
  Setting:
    group: yes
    exclusive: yes
    narrower: {Indoors: {narrower: [Kitchen]}, Outdoors: {narrower: [Garden]}, Underwater: {}}
  Garden party: {narrower: {Barbecue: {broader: Garden}}}
  Colours: {group: yes, narrower: [Red, Blue, Green]}
"""

TAXONOMY = parse_taxonomy(VOCABULARY)


def candidate(
    concept: str, confidence: float, unambiguous: float | None = None, tagger: str = "basics"
) -> Candidate:
    """Make a candidate that one tagger saw."""
    why = Why(Observation("x", confidence), tagger, "preferred label", "X", "noted")
    sure = confidence if unambiguous is None else unambiguous
    return Candidate(concept, confidence, sure, (why,))


def decided(
    confidences: Mapping[str, float],
    policy: Policy | None = None,
    rejected: frozenset[str] = frozenset(),
    facts: Facts | None = None,
    said: Sequence[Said] = (),
) -> Verdict:
    """Decide on confidences by concept."""
    return decide(
        [candidate(*pair) for pair in confidences.items()],
        TAXONOMY,
        policy or Policy(),
        rejected,
        facts=facts or Facts("a.jpg"),
        said=said,
    )


def decisions(verdict: Verdict) -> dict[str, str]:
    """Return what was decided by concept."""
    return {one.concept: one.decision.value for one in verdict.suggestions}


def reason(verdict: Verdict, concept: str) -> str:
    """Return the first reason of a concept's decision."""
    return next(one.why[0].note for one in verdict.suggestions if one.concept == concept)


def at(day: str, *folders: str) -> Facts:
    """Return facts of a photo taken at noon of a day."""
    return Facts("a.jpg", folders=folders, taken_at=datetime.fromisoformat(f"{day}T12:00"))
