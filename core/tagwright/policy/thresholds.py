"""From which confidence a concept is written, or asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tagwright.mapping import Candidate
from tagwright.model import Decision
from tagwright.policy.branches import Branches
from tagwright.policy.cases import Case
from tagwright.policy.model import Bounds, Policy


class Limits(NamedTuple):
    """The thresholds that hold, and whose they are (empty: everybody's)."""

    apply: float
    review: float
    apply_of: str = ""
    review_of: str = ""

    def under(self, nearer: Bounds, name: str) -> Limits:
        """Return these as a nearer one changes them."""
        apply, review, apply_of, review_of = self
        if nearer.apply is not None:
            apply, apply_of = nearer.apply, f" of {name}"
        if nearer.review is not None:
            review, review_of = nearer.review, f" of {name}"
        if review > apply:  # the nearer one counts for both
            if nearer.apply is None:
                apply, apply_of = review, review_of
            else:
                review, review_of = apply, apply_of
        return Limits(apply, review, apply_of, review_of)


class Thresholds:
    """The thresholds of one policy for the concepts of one taxonomy."""

    def __init__(self, policy: Policy, branches: Branches) -> None:
        self._policy = policy
        self._branches = branches
        self._found: dict[tuple[str, str | None], Limits] = {}

    def of(self, tagger: str, concept: str | None = None) -> Limits:
        """Return what holds for what a tagger says of a concept (None: of no concept)."""
        key = (tagger, concept)
        found = self._found.get(key)
        if found is None:
            found = Limits(self._policy.apply, self._policy.review)
            for name, bounds in self._levels(tagger, concept):
                found = found.under(bounds, name)
            self._found[key] = found
        return found

    def _levels(self, tagger: str, concept: str | None) -> Iterator[tuple[str, Bounds]]:
        """Yield who sets thresholds, the nearest last."""
        for name in dict.fromkeys((tagger.partition(":")[0], tagger)):
            if name in self._policy.taggers:
                yield name, self._policy.taggers[name]
        if concept is None or not self._policy.concepts:
            return
        for one in self._branches.taxonomy.lineage(concept):
            if one in self._policy.concepts:
                yield self._branches.title(one), self._policy.concepts[one]

    def judge(self, one: Candidate) -> Case:
        """Return what the thresholds say; those of the tagger that was surest count."""
        limits = self.of(one.why[0].tagger, one.concept)
        reaches = f"reaches {limits.apply:g}{limits.apply_of}"
        decision, note = Decision.REVIEW, f"{reaches}, but is ambiguous: for review"
        if one.unambiguous >= limits.apply:
            decision, note = Decision.APPLY, f"{reaches}: applied"
        elif one.confidence < limits.review:
            decision = Decision.DROP
            note = f"is under {limits.review:g}{limits.review_of}: dropped"
        elif one.confidence < limits.apply:
            note = f"is under {limits.apply:g}{limits.apply_of}: for review"
        return Case(one.concept, one.confidence, one.unambiguous, one.why, decision, note)
