"""Whatever comes in, what goes out keeps to every stated bound."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.policy.making import TAXONOMY, at, candidate

from tagwright.mapping import Candidate
from tagwright.model import Decision, Facts
from tagwright.policy import Bounds, Policy, Rule, Then, When, decide

IDS = [concept.id for concept in TAXONOMY]
TAGS = [concept.id for concept in TAXONOMY if not concept.group]
SIDES = TAXONOMY.narrower("setting")
_SURE = st.sampled_from([0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0]) | st.floats(0, 1)
_SOME = st.lists(st.sampled_from(IDS), max_size=2).map(tuple)
_FOLDERS = st.lists(st.sampled_from(["one", "two"]), max_size=1).map(tuple)

CANDIDATES: st.SearchStrategy[list[Candidate]] = st.lists(
    st.builds(
        lambda concept, high, low, tagger: candidate(concept, high, low * high, tagger),
        st.sampled_from(["setting/indoors", "setting/outdoors"])
        | st.sampled_from([*IDS, "nowhere"]),
        st.sampled_from([0.9, 0.95]) | _SURE,
        st.sampled_from([1.0, 1.0, 0.5, 0.0]),
        st.sampled_from(["basics", "ollama:llava"]),
    ),
    unique_by=lambda one: one.concept,
    max_size=10,
)
REJECTED = st.just(frozenset[str]()) | st.frozensets(st.sampled_from(IDS), max_size=3)
FACTS = st.builds(
    lambda folders, tags: Facts("a.jpg", folders, tags=tags),
    _FOLDERS,
    st.lists(st.sampled_from([TAXONOMY.path(one) for one in IDS]), max_size=2).map(tuple),
)


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    """Draw what a tagger or concept may set."""
    review, apply = sorted((draw(_SURE), draw(_SURE)))
    return Bounds(
        draw(st.sampled_from([None, apply])),
        draw(st.sampled_from([None, review])),
        draw(st.sampled_from([None, 0, 1, 2])),
    )


RULES: st.SearchStrategy[list[Rule]] = st.just([]) | st.lists(
    st.builds(
        Rule,
        st.text(max_size=3),
        st.builds(When, all=_SOME, any=_SOME, none=_SOME, folders=_FOLDERS),
        st.builds(
            Then,
            add=_SOME,
            review=_SOME,
            drop=_SOME,
            review_all=st.sampled_from([False] * 9 + [True]),
            leave_alone=st.sampled_from([False] * 9 + [True]),
        ),
    ),
    max_size=4,
)


@st.composite
def policies(draw: st.DrawFn, rules: st.SearchStrategy[list[Rule]] = RULES) -> Policy:
    """Draw any possible policy; plain ones often, in which limits and exclusion have more to do."""
    review, apply = draw(st.just((0.5, 0.8)) | st.tuples(_SURE, _SURE).map(sorted))
    return Policy(
        apply=apply,
        review=review,
        max_tags=draw(st.just(12) | st.integers(1, 3)),
        write=draw(st.sampled_from(["leaf", "path"])),
        taggers=draw(
            st.just({}) | st.dictionaries(st.sampled_from(["basics", "ollama"]), bounds())
        ),
        concepts=draw(st.just({}) | st.dictionaries(st.sampled_from(IDS), bounds(), max_size=4)),
        stop=draw(st.just(frozenset()) | st.frozensets(st.sampled_from(IDS), max_size=1)),
        rules=tuple(draw(rules)),
    )


def branches(concept: str) -> set[str]:
    """Return a concept and all broader ones."""
    return {concept, *TAXONOMY.ancestors(concept)}


def thresholds(policy: Policy, one: Candidate) -> tuple[float, float]:
    """Return apply and review by the table of the documentation, written down once more."""
    apply, review = policy.apply, policy.review
    tagger = one.why[0].tagger
    nearest_last = [policy.taggers.get(tagger.partition(":")[0]), policy.taggers.get(tagger)]
    nearest_last += [policy.concepts.get(name) for name in TAXONOMY.lineage(one.concept)]
    for level in nearest_last:
        if level is not None and level.apply is not None:
            apply, review = level.apply, min(review, level.apply)
        if level is not None and level.review is not None:
            apply, review = max(apply, level.review), level.review
    return apply, review


@settings(max_examples=300)
@given(CANDIDATES, policies(), REJECTED, FACTS)
def test_every_bound_is_respected(
    candidates: list[Candidate], policy: Policy, rejected: frozenset[str], facts: Facts
) -> None:
    """Nothing rejected, stopped, grouped or unknown; limits and exclusion hold, rules or not."""
    verdict = decide(candidates, TAXONOMY, policy, rejected, facts=facts)
    concepts = [one.concept for one in verdict.suggestions]
    assert len(set(concepts)) == len(concepts)
    assert set(concepts) <= set(TAGS) - rejected
    assert all(policy.stop.isdisjoint(branches(one)) for one in concepts)
    applied = [one.concept for one in verdict.suggestions if one.decision is Decision.APPLY]
    leaves = [
        one for one in applied if not any(one in TAXONOMY.ancestors(other) for other in applied)
    ]
    assert policy.write == "path" or leaves == applied
    assert len(leaves) <= policy.max_tags
    counts = Counter(branch for one in leaves for branch in branches(one))
    for concept, bound in policy.concepts.items():
        assert bound.max_tags is None or counts[concept] <= bound.max_tags
    sides = [branches(one) & set(SIDES) for one in applied]
    for one, other in combinations([side for side in sides if side], 2):
        assert not one.isdisjoint(other)
    if verdict.left_alone is not None:
        assert applied == []
        assert all(one.decision is Decision.DROP for one in verdict.suggestions)


@given(CANDIDATES, policies(rules=st.just([])))
def test_thresholds_are_respected(candidates: list[Candidate], policy: Policy) -> None:
    """Without rules nothing is written or asked that is not as sure as it has to be."""
    by_concept = {one.concept: one for one in candidates}
    for found in decide(candidates, TAXONOMY, policy).suggestions:
        one = by_concept.get(found.concept)
        if found.why[0].match == "broader concept":
            assert policy.write == "path"
        else:
            assert one is not None
            apply, review = thresholds(policy, one)
            if found.decision is Decision.APPLY:
                assert found.confidence == one.unambiguous >= apply
            elif found.decision is Decision.REVIEW:
                assert found.confidence == one.confidence >= review


@given(CANDIDATES, policies(), REJECTED, FACTS, st.data())
def test_order_does_not_matter(
    candidates: list[Candidate],
    policy: Policy,
    rejected: frozenset[str],
    facts: Facts,
    data: st.DataObject,
) -> None:
    """Neither that of candidates nor that of tables; and asked again, the answer is the same."""
    verdict = decide(candidates, TAXONOMY, policy, rejected, facts=facts)
    turned = Policy(
        policy.apply,
        policy.review,
        policy.max_tags,
        policy.write,
        dict(list(policy.taggers.items())[::-1]),
        dict(list(policy.concepts.items())[::-1]),
        policy.stop,
        policy.rules,
    )
    assert turned.key == policy.key
    shuffled = data.draw(st.permutations(candidates))
    tags = Facts(facts.name, facts.folders, tags=facts.tags[::-1])
    assert decide(shuffled, TAXONOMY, turned, rejected, facts=tags) == verdict
    assert decide(candidates, TAXONOMY, policy, rejected, facts=facts) == verdict


@given(CANDIDATES, policies())
def test_rules_come_to_an_end(candidates: list[Candidate], policy: Policy) -> None:
    """Each fires at most once, and only where its folder is."""
    verdict = decide(candidates, TAXONOMY, policy, facts=at("2023-12-24", "one"))
    assert len(verdict.fired) <= len(policy.rules)
    allowed = Counter(rule.name for rule in policy.rules if rule.when.folders != ("two",))
    assert Counter(one.rule for one in verdict.fired) <= allowed
