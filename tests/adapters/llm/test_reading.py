"""Rules of reading that hold for whatever a model may write."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tagwright.taxonomy import Concept, Taxonomy
from tagwright_adapters.llm.answer import Reader, Reading
from tagwright_adapters.llm.salvage import find_object
from tagwright_adapters.llm.vocabulary import Vocabulary

from .replies import answer

TAXONOMY = Taxonomy(
    "two",
    "en",
    [Concept("cat", {"en": "Cat"}, {"en": ("Kitty",)}), Concept("dog", {"en": "Dog"})],
)
VOCABULARY = Vocabulary(TAXONOMY, "en", 10, 10_000)
READER = Reader(VOCABULARY, TAXONOMY, "en")
FULL = json.dumps(
    {
        "concepts": [{"id": 1, "term": "Cat", "confidence": 0.55}],
        **answer(caption='a "quoted" {brace} é'),
    }
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["label", "confidence", "kind", "synonyms", "id", "term", "tags"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def said(reading: Reading | None) -> set[tuple[str, float]]:
    """Return labels and confidences of a reading, if there is one."""
    return {(one.label, one.confidence) for one in reading.observations} if reading else set()


@given(st.integers(0, len(FULL)))
def test_any_truncation_loses_only_the_end(length: int) -> None:
    """However short an answer is cut, what is read of it is what it began to say."""
    cut = READER.read(FULL[:length])
    whole = READER.read(FULL)
    assert said(cut) <= said(whole)
    assert cut is None or cut.alt_text in (None, "A tabby cat looks out.")


def test_truncation_keeps_what_is_complete() -> None:
    """Cut in the caption, nothing of the tags is lost."""
    cut = READER.read(FULL[: FULL.index('"caption"') + 14])
    assert said(cut) == said(READER.read(FULL)) != set()


@given(st.text())
def test_any_text_is_read_or_is_no_answer(text: str) -> None:
    """Nothing that a model writes raises."""
    READER.read(text)
    READER.read(text + FULL + text)


@given(JSON, JSON)
def test_any_json_is_read_or_is_no_answer(tags: object, concepts: object) -> None:
    """Whatever the types, observations are storable and concepts are offered ones."""
    reading = READER.read(json.dumps({"tags": tags, "concepts": concepts}))
    for one in reading.observations if reading else ():
        one.label.encode()
        assert one.label.strip()
        assert 0 <= one.confidence <= 1
        assert one.concept in (None, "cat", "dog")


@given(st.integers() | st.booleans() | st.floats() | st.text(), st.text())
def test_choice_needs_number_and_term(number: object, term: str) -> None:
    """A concept is chosen only by a number and a term of its own."""
    concept = VOCABULARY.chosen(number, term)
    if concept is not None:
        assert number == {"cat": 1, "dog": 2}[concept.id]


def test_choice_by_any_of_its_names() -> None:
    """Preferred, alternative, in other case, or with its path before it."""
    for term in ("Cat", "kitty", "CAT", "Animal > Cat"):
        chosen = VOCABULARY.chosen(1, term)
        assert chosen is not None
        assert chosen.id == "cat"
    assert VOCABULARY.chosen(True, "Cat") is None


def test_deep_nesting_is_no_answer() -> None:
    """A reply that would exhaust the stack is garbage like any other."""
    assert find_object('{"tags":' + "[" * 100_000, frozenset(("tags",))) in (None, {})
    assert READER.read('{"tags":' * 50_000) is None


def test_vocabulary_lists_each_concept_once() -> None:
    """One with two broader concepts stands on its path only."""
    taxonomy = Taxonomy(
        "poly",
        "en",
        [
            Concept("a", {"en": "A"}),
            Concept("b", {"en": "B"}),
            Concept("c", {"en": "C"}, broader=("b", "a"), notes={"en": "x" * 500}),
        ],
    )
    text = Vocabulary(taxonomy, "en", 3, 10_000).text
    assert text.splitlines()[:2] == ["1 A", "2 B"]
    assert text.splitlines()[2].startswith("  3 C (xxx")
    assert len(text) < 200
    assert Vocabulary(taxonomy, "en", 2, 10_000).text == ""
