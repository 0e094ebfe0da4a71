"""What becomes of candidates: apply, review, drop, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tagwright.errors import ConfigurationError
from tagwright.mapping import Candidate
from tagwright.model import Decision, Observation, Suggestion, Why
from tagwright.policy import Bounds, Policy, Rule, Then, When, decide
from tagwright.taxonomy import parse_taxonomy

TAXONOMY = parse_taxonomy(
    """
concepts:
  Animals: {narrower: {Cat: {narrower: [Kitten]}, Dog: {broader: Family}}}
  Who: {narrower: [Family]}
  Style: {group: yes, narrower: [Macro]}
"""
)


def candidate(concept: str, confidence: float, unambiguous: float | None = None) -> Candidate:
    """Make a candidate for a concept."""
    why = Why(Observation("x", confidence), "tagger", "preferred label", "X", "noted")
    return Candidate(
        concept, confidence, confidence if unambiguous is None else unambiguous, (why, why)
    )


def decided(
    *candidates: Candidate, policy: Policy | None = None, rejected: frozenset[str] = frozenset()
) -> dict[str, Suggestion]:
    """Decide, and return suggestions by concept."""
    found = decide(candidates, TAXONOMY, policy or Policy(), rejected).suggestions
    return {one.concept: one for one in found}


@pytest.mark.parametrize(
    ("confidence", "unambiguous", "decision", "note"),
    [
        (0.8, 0.8, Decision.APPLY, "0.80 reaches 0.8: applied"),
        (0.79, 0.79, Decision.REVIEW, "0.79 is under 0.8: for review"),
        (0.5, 0.5, Decision.REVIEW, "0.50 is under 0.8: for review"),
        (0.49, 0.49, Decision.DROP, "0.49 is under 0.5: dropped"),
        (0.99, 0.0, Decision.REVIEW, "0.99 reaches 0.8, but is ambiguous: for review"),
        (0.99, 0.85, Decision.APPLY, "0.85 reaches 0.8: applied"),
        (0.3, 0.0, Decision.DROP, "0.30 is under 0.5: dropped"),
    ],
)
def test_thresholds(confidence: float, unambiguous: float, decision: Decision, note: str) -> None:
    """The decision follows the thresholds, and the first reason says so."""
    suggestion = decided(candidate("animals/cat", confidence, unambiguous))["animals/cat"]
    assert suggestion.decision is decision
    assert [why.note for why in suggestion.why] == [f"noted; {note}", "noted"]


def test_a_narrower_concept_stands_for_its_broader_ones() -> None:
    """Only the leaf is applied; what its path says is dropped, along every path."""
    found = decided(
        candidate("animals", 0.99),
        candidate("animals/dog", 0.85),
        candidate("who/family", 0.6),
        candidate("animals/cat", 0.7),
    )
    assert {one: s.decision for one, s in found.items()} == {
        "animals/dog": Decision.APPLY,
        "animals": Decision.DROP,
        "who/family": Decision.DROP,
        "animals/cat": Decision.REVIEW,
    }
    assert "Animals > Dog" in found["animals"].why[0].note


def test_a_broader_concept_stays_while_the_narrower_one_is_not_sure() -> None:
    """What is only for review implies nothing."""
    found = decided(candidate("animals", 0.9), candidate("animals/cat", 0.7))
    assert found["animals"].decision is Decision.APPLY
    assert found["animals/cat"].decision is Decision.REVIEW


def test_only_the_surest_tags_are_applied() -> None:
    """Beyond the limit, the rest goes to review."""
    found = decided(
        candidate("animals/cat", 0.9),
        candidate("style/macro", 0.95),
        candidate("animals", 0.99),
        policy=Policy(max_tags=1),
    )
    assert {one: s.decision for one, s in found.items()} == {
        "style/macro": Decision.APPLY,
        "animals/cat": Decision.REVIEW,
        "animals": Decision.REVIEW,
    }
    assert "beyond the 1 surest" in found["animals/cat"].why[0].note


def test_what_a_person_rejected_is_not_suggested_again() -> None:
    """Neither for review nor at all; and it no longer speaks for its broader concepts."""
    found = decided(
        candidate("animals", 0.9),
        candidate("animals/cat", 0.9),
        rejected=frozenset({"animals/cat"}),
    )
    assert {one: s.decision for one, s in found.items()} == {"animals": Decision.APPLY}


def test_nothing_outside_the_taxonomy_gets_through() -> None:
    """Unknown concepts and groups are left out even if mapping should let them pass."""
    assert decided(candidate("nowhere", 1.0), candidate("style", 1.0)) == {}


@pytest.mark.parametrize(
    "bounds",
    [
        {"apply": 0.4},
        {"apply": 1.2},
        {"review": -0.1},
        {"apply": float("nan")},
        {"max_tags": 0},
    ],
)
def test_impossible_policies_are_refused(bounds: dict[str, Any]) -> None:
    """Thresholds that no photo could meet, or that contradict each other, are a usage error."""
    with pytest.raises(ConfigurationError):
        Policy(**bounds)


@pytest.mark.parametrize(
    "bounds",
    [{"max_tags": -1}, {"review": 0.9, "apply": 0.8}, {"review": float("nan")}, {"apply": 1.1}],
)
def test_impossible_bounds_are_refused(bounds: dict[str, Any]) -> None:
    """Also where they are of one tagger or concept only."""
    with pytest.raises(ConfigurationError):
        Bounds(**bounds)


def test_the_key_follows_every_bound() -> None:
    """Each change makes another goal; equal policies have equal keys."""
    assert Policy().key == Policy().key
    rule = Rule("r", When(months=(12,)), Then(add=("animals",)))
    policies = [
        Policy(),
        Policy(apply=0.9),
        Policy(review=0.4),
        Policy(max_tags=3),
        Policy(write="path"),
        Policy(taggers={"basics": Bounds(apply=0.9)}),
        Policy(taggers={"basics": Bounds(review=0.4)}),
        Policy(concepts={"animals": Bounds(apply=0.9)}),
        Policy(concepts={"animals": Bounds(max_tags=2)}),
        Policy(stop=frozenset({"animals"})),
        Policy(rules=(rule,)),
        Policy(rules=(replace(rule, when=When(months=(11,))),)),
    ]
    assert len({policy.key for policy in policies}) == len(policies)
    one, other = {"a": Bounds(0.9), "b": Bounds(0.8)}, {"b": Bounds(0.8), "a": Bounds(0.9)}
    assert Policy(concepts=one).key == Policy(concepts=other).key
