"""Thresholds are inherited: from the concept, the nearest branch, the tagger, the policy."""

from __future__ import annotations

import pytest
from tests.core.policy.making import TAXONOMY, candidate, decided, decisions, reason

from tagwright.model import Decision
from tagwright.policy import Bounds, Policy, decide

POLICY = Policy(
    taggers={
        "basics": Bounds(apply=0.6),
        "ollama": Bounds(apply=0.9, review=0.7),
        "ollama:llava": Bounds(apply=0.95),
    },
    concepts={
        "animals": Bounds(apply=0.7),
        "animals/cat/kitten": Bounds(review=0.3),
        "events": Bounds(apply=0.4),
        "colours": Bounds(review=0.99),
    },
)


@pytest.mark.parametrize(
    ("tagger", "concept", "apply", "review"),
    [
        ("other", "garden-party", 0.8, 0.5),  # the policy's own
        ("basics", "garden-party", 0.6, 0.5),
        ("ollama:moondream", "garden-party", 0.9, 0.7),  # by the scheme
        ("ollama:llava", "garden-party", 0.95, 0.7),  # by the specification, the rest by the scheme
        ("other", "animals", 0.7, 0.5),
        ("ollama:llava", "animals/cat", 0.7, 0.7),  # a branch goes before any tagger
        ("ollama:llava", "animals/cat/kitten", 0.7, 0.3),
        ("basics", "events/birthday", 0.4, 0.4),  # where they cross, the nearer one counts
        ("basics", "colours/red", 0.99, 0.99),
    ],
)
def test_the_nearest_threshold_counts(
    tagger: str, concept: str, apply: float, review: float
) -> None:
    """Each of the two is inherited by itself, down to the last hundredth."""
    for confidence, expected in (
        (apply, Decision.APPLY),
        (apply - 0.001, Decision.REVIEW if apply > review else Decision.DROP),
        (review - 0.001, Decision.DROP),
    ):
        one = candidate(concept, confidence, tagger=tagger)
        (found,) = decide([one], TAXONOMY, POLICY).suggestions
        assert found.decision is expected, confidence


def test_reasons_say_whose_threshold_it_was() -> None:
    """A person sees which line of the configuration to change."""
    verdict = decided({"animals/cat": 0.7, "garden-party": 0.55, "events": 0.1}, POLICY)
    assert reason(verdict, "animals/cat") == "noted; 0.70 reaches 0.7 of Animals: applied"
    assert reason(verdict, "garden-party") == "noted; 0.55 is under 0.6 of basics: for review"
    assert reason(verdict, "events") == "noted; 0.10 is under 0.4 of Events: dropped"


def test_a_stopped_branch_is_never_suggested() -> None:
    """Neither itself nor what is below it, by whatever path."""
    policy = Policy(stop=frozenset({"animals", "setting/outdoors"}))
    found = decided({"animals": 1.0, "animals/cat": 1.0, "garden-party/barbecue": 1.0}, policy)
    assert found.suggestions == ()
    assert decisions(decided({"garden-party": 0.9}, policy)) == {"garden-party": "apply"}
