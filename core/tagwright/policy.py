"""Decides what becomes of candidates: apply, review or drop."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from tagwright.errors import ConfigurationError
from tagwright.mapping import Candidate
from tagwright.model import Decision, Suggestion
from tagwright.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Policy:
    """When a candidate becomes a tag.

    Raises:
        ConfigurationError: the thresholds are not ``0 <= review <= apply <= 1``, or no tag at all
            is allowed.
    """

    apply: float = 0.8  # confidence from which tags are written
    review: float = 0.5  # confidence from which a person is asked
    max_tags: int = 12  # written to one photo; the surest ones

    def __post_init__(self) -> None:
        if not 0.0 <= self.review <= self.apply <= 1.0:
            msg = f"the thresholds review {self.review} and apply {self.apply} cannot be kept."
            cure = "Choose 0 <= review <= apply <= 1."
            raise ConfigurationError(msg, cure=cure)
        if self.max_tags < 1:
            msg = f"at most {self.max_tags} tags a photo leaves nothing to write."
            raise ConfigurationError(msg, cure="Choose 1 or more.")

    @property
    def key(self) -> str:
        """A hash of everything that can change a decision."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def decide(
    candidates: Iterable[Candidate],
    taxonomy: Taxonomy,
    policy: Policy,
    rejected: Collection[str] = frozenset(),
) -> list[Suggestion]:
    """Return a decision on each candidate, with its reason in the first *why*; surest first.

    Only narrower concepts are applied: a broader one is in their path. Concepts that a person
    rejected (``rejected``, identifiers) are left out, as is what is no tag of the taxonomy.

    Args:
        candidates: One for each concept, all of one photo.
        taxonomy: The one that they were mapped to.
        policy: Thresholds and bounds.
        rejected: Concepts that a person does not want on this photo.
    """
    allowed = [
        one
        for one in candidates
        if one.concept not in rejected
        and one.concept in taxonomy
        and not taxonomy[one.concept].group
    ]
    allowed.sort(key=lambda one: (-one.unambiguous, -one.confidence, one.concept))
    applied = _applied(allowed, taxonomy, policy)
    implied = {
        broader: concept for concept in reversed(applied) for broader in taxonomy.ancestors(concept)
    }
    return [_decide(one, taxonomy, policy, applied, implied) for one in allowed]


def _applied(allowed: Sequence[Candidate], taxonomy: Taxonomy, policy: Policy) -> list[str]:
    sure = [one.concept for one in allowed if one.unambiguous >= policy.apply]
    above = {broader for concept in sure for broader in taxonomy.ancestors(concept)}
    return [concept for concept in sure if concept not in above][: policy.max_tags]


def _decide(
    one: Candidate,
    taxonomy: Taxonomy,
    policy: Policy,
    applied: Collection[str],
    implied: Mapping[str, str],
) -> Suggestion:
    confidence = one.confidence
    if one.concept in applied:
        confidence = one.unambiguous
        decision, note = Decision.APPLY, f"reaches {policy.apply:g}: applied"
    elif one.concept in implied:
        narrower = " > ".join(taxonomy.path(implied[one.concept]))
        decision, note = Decision.DROP, f"goes without saying with {narrower}: dropped"
    elif confidence < policy.review:
        decision, note = Decision.DROP, f"is under {policy.review:g}: dropped"
    elif confidence < policy.apply:
        decision, note = Decision.REVIEW, f"is under {policy.apply:g}: for review"
    elif one.unambiguous < policy.apply:
        decision, note = Decision.REVIEW, f"reaches {policy.apply:g}, but is ambiguous: for review"
    else:
        decision, note = Decision.REVIEW, f"is beyond the {policy.max_tags} surest: for review"
    notes = (one.why[0].note, f"{confidence:.2f} {note}")
    first = replace(one.why[0], note="; ".join(filter(None, notes)))
    return Suggestion(one.concept, confidence, decision, (first, *one.why[1:]))
