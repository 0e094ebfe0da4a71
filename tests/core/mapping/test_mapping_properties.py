"""What must hold of every mapping."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tagwright.mapping import Mapper, Said
from tagwright.model import Kind, Observation
from tagwright.taxonomy import Concept, Taxonomy

_WORDS = ["cat", "Katze", "crane", "red", "orange", "pie", "animals", "Chat", "kitten", "B/W"]
_LABELS = st.one_of(st.sampled_from(_WORDS), st.text(max_size=12))
_LANGUAGES = st.sampled_from(["en", "de", "fr", "de-AT"])


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    """Draw small taxonomies in which many labels are equal."""
    concepts: list[Concept] = []
    for number in range(draw(st.integers(1, 8))):
        earlier = [concept.id for concept in concepts]
        words = st.sampled_from(_WORDS)
        concepts.append(
            Concept(
                id=f"c{number}",
                labels=draw(st.dictionaries(_LANGUAGES, words, min_size=1, max_size=2)),
                alternatives=draw(
                    st.dictionaries(_LANGUAGES, words.map(lambda w: (w,)), max_size=1)
                ),
                broader=tuple(draw(st.sets(st.sampled_from(earlier), max_size=2)))
                if earlier
                else (),
                kinds=frozenset(draw(st.sets(st.sampled_from(Kind), max_size=2))),
                group=draw(st.booleans()),
            )
        )
    return Taxonomy("drawn", "en", concepts)


_SAID = st.lists(
    st.tuples(
        st.sampled_from(["basics", "llm"]),
        st.builds(
            Observation,
            label=_LABELS,
            confidence=st.floats(0, 1),
            kind=st.sampled_from(Kind),
            synonyms=st.lists(_LABELS, max_size=2).map(tuple),
            language=st.none() | _LANGUAGES,
            concept=st.none() | st.sampled_from(["c0", "c1", "c99"]),
        ),
    ),
    max_size=8,
)


@settings(max_examples=50)
@given(taxonomies(), _SAID, st.randoms())
def test_mapping_does_not_depend_on_order_or_history(
    taxonomy: Taxonomy, said: list[Said], chance: random.Random
) -> None:
    """Any order, a fresh mapper or one that has seen much: the answer is the same."""
    mapper = Mapper(taxonomy)
    answer = mapper.map(said)
    shuffled = [*said, *said]
    chance.shuffle(shuffled)
    assert mapper.map(shuffled) == answer
    assert Mapper(taxonomy).map(said) == answer


@settings(max_examples=50)
@given(taxonomies(), _SAID)
def test_nothing_but_tags_of_the_taxonomy_comes_out(taxonomy: Taxonomy, said: list[Said]) -> None:
    """Candidates are concepts, no groups, none twice; no observation is lost, and none is both."""
    result = Mapper(taxonomy).map(said)
    concepts = [one.concept for one in result.candidates]
    assert len(set(concepts)) == len(concepts)
    for one in result.candidates:
        assert not taxonomy[one.concept].group
        assert 0 <= one.unambiguous <= one.confidence <= max(o.confidence for _, o in said)
    used = {(why.tagger, why.observation) for one in result.candidates for why in one.why}
    assert used.isdisjoint(result.unmapped)
    labels = {seen.label for _, seen in used | set(result.unmapped)}
    assert {seen.label for _, seen in said if seen.label.isprintable()} <= labels


@settings(max_examples=50)
@given(taxonomies(), _SAID)
def test_an_unrelated_concept_changes_nothing(taxonomy: Taxonomy, said: list[Said]) -> None:
    """A concept whose labels nobody says leaves every answer as it was."""
    stranger = Concept("new", {"en": "zzz unheard of"}, {"de": ("zzz ungehört",)})
    larger = Taxonomy("larger", "en", [*taxonomy, stranger])
    assert Mapper(larger).map(said) == Mapper(taxonomy).map(said)
