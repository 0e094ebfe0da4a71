"""From candidates to a verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache

from tagwright.mapping import Candidate, Said
from tagwright.model import Decision, ExtraField, Facts
from tagwright.policy.branches import Branches, Sides
from tagwright.policy.cases import Case
from tagwright.policy.circumstances import Photo
from tagwright.policy.exclusion import exclude
from tagwright.policy.limiting import Limiter
from tagwright.policy.model import Policy
from tagwright.policy.ruling import Rules
from tagwright.policy.thresholds import Thresholds
from tagwright.policy.verdict import Verdict
from tagwright.taxonomy import Taxonomy

_NOTHING_KNOWN = Facts("")


def decide(
    candidates: Iterable[Candidate],
    taxonomy: Taxonomy,
    policy: Policy,
    rejected: Collection[str] = frozenset(),
    *,
    facts: Facts = _NOTHING_KNOWN,
    said: Iterable[Said] = (),
    caption: str | None = None,
    holds: Collection[ExtraField] = frozenset(ExtraField),
) -> Verdict:
    """Return a decision on each candidate, with its reason in the first *why*; surest first.

    Thresholds decide first, then rules, then what excludes what, then the limits. Concepts that a
    person rejected are left out, as is what is no tag of the taxonomy. The order of candidates,
    tags and observations does not matter, and nothing but the arguments does.

    Args:
        candidates: One for each concept, all of one photo.
        taxonomy: The one that they were mapped to.
        policy: Thresholds, limits and rules, bound to the taxonomy.
        rejected: Identifiers of concepts that a person does not want on this photo.
        facts: What else is known of the photo. ``tags`` must hold those of people only: tags that
            we wrote would keep themselves alive.
        said: All that taggers said of it, for rules on places and taggers.
        caption: What a tagger says of it in a sentence, for rules that set captions.
        holds: What the photo's library can hold; rules set nothing else.
    """
    decider = _decider(taxonomy, policy)
    tagged = decider.tagged(facts)
    photo = Photo(facts, tuple(said), tagged, caption, frozenset(holds))
    return decider.decide(candidates, rejected, photo)


@lru_cache(maxsize=2)  # one for a run, two where a change is compared with what was
def _decider(taxonomy: Taxonomy, policy: Policy) -> _Decider:
    return _Decider(taxonomy, policy)


class _Decider:
    """A policy made ready for a taxonomy."""

    def __init__(self, taxonomy: Taxonomy, policy: Policy) -> None:
        self._taxonomy = taxonomy
        self._policy = policy
        self._branches = Branches(taxonomy)
        self._thresholds = Thresholds(policy, self._branches)
        self._rules = Rules(policy.rules, self._thresholds, self._branches)
        self._limiter = Limiter(policy, self._branches)

    def decide(
        self,
        candidates: Iterable[Candidate],
        rejected: Collection[str],
        photo: Photo,
    ) -> Verdict:
        def allowed(concept: str) -> bool:
            return concept not in rejected and self._is_tag(concept)

        judge = self._thresholds.judge
        cases = {one.concept: judge(one) for one in candidates if allowed(one.concept)}
        ruling = self._rules.carry_out(cases, photo, allowed)
        if ruling.left_alone is not None:
            for case in cases.values():
                case.settle(Decision.DROP, f"dropped: left alone by {ruling.left_alone}")
        else:
            people = self._branches.sides_of(photo.tagged)
            self._exclude(cases, people)
            self._limiter.limit(cases, people, allowed)
        ordered = sorted(cases.values(), key=lambda one: one.rank)
        suggestions = tuple(one.suggestion() for one in ordered)
        if ruling.left_alone is not None:
            fired = tuple(replace(firing, notes=()) for firing in ruling.fired)
            return Verdict(suggestions, fired, ruling.left_alone)
        return Verdict(suggestions, tuple(ruling.fired), extras=ruling.extras.gathered())

    def _is_tag(self, concept: str) -> bool:
        if concept not in self._taxonomy or self._taxonomy[concept].group:
            return False
        return self._policy.stop.isdisjoint(self._branches.of(concept))

    def tagged(self, facts: Facts) -> frozenset[str]:
        """Return the concepts that people tagged a photo with, as far as anything asks for them."""
        if not facts.tags or not (self._policy.rules or self._branches.has_exclusive):
            return frozenset()
        return self._branches.tagged(facts.tags)

    def _exclude(self, cases: dict[str, Case], people: Sides) -> None:
        for concept, (decision, note) in exclude(cases.values(), people, self._branches).items():
            cases[concept].settle(decision, note)
