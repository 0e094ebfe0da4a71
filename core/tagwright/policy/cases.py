"""A concept on a photo, while it is being decided."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.model import Decision, Suggestion, Why

WEIGHT = {Decision.DROP: 0, Decision.REVIEW: 1, Decision.APPLY: 2}


def weaker(one: Decision, other: Decision) -> Decision:
    """Return the more careful of two decisions."""
    return min(one, other, key=WEIGHT.__getitem__)


@dataclass(slots=True)
class Case:
    """What stands of a concept so far, and why."""

    concept: str
    confidence: float
    unambiguous: float
    why: tuple[Why, ...]
    decision: Decision
    note: str

    @property
    def sure(self) -> float:
        """The confidence that its decision goes by."""
        return self.unambiguous if self.decision is Decision.APPLY else self.confidence

    @property
    def rank(self) -> tuple[float, float, str]:
        """A key that sorts the surest first, always in the same order."""
        return -self.unambiguous, -self.confidence, self.concept

    def settle(self, decision: Decision, note: str) -> None:
        """Decide otherwise."""
        self.decision = decision
        self.note = note

    def suggestion(self) -> Suggestion:
        """Return it with the reason of the decision in its first *why*."""
        first = self.why[0]
        sure = self.sure
        said = f"{sure:.2f} {self.note}"
        note = f"{first.note}; {said}" if first.note else said
        explained = Why(first.observation, first.tagger, first.match, first.matched, note)
        return Suggestion(self.concept, sure, self.decision, (explained, *self.why[1:]))
