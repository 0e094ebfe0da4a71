"""Labels for a kind of something that the user has."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.mapping.asking import asker

from tagwright.mapping.language import nouns
from tagwright.model import Kind
from tagwright.taxonomy import parse_taxonomy

ASK = asker(
    parse_taxonomy(
        """
concepts:
  Animals:
    also: [animal]
    narrower:
      Dog: {labels: {de: Hund}, also: [puppy]}
      Cat:
      Birds: {also: [bird]}
      Spider:
      Insects: {also: [insect, beetle]}
  Drinks: {also: [drink, beverage], narrower: [Coffee: {also: [cup of coffee]}, Wine: ]}
  Clothing: {also: [clothes], narrower: [Dress, Wedding dress]}
  Wedding: {also: [bride]}
  Car: {also: [sports car]}
  Musical instrument:
  Swimming pool: {also: [pool]}
  People: {also: [person]}
  Labrador retriever club:
"""
    )
)


@pytest.mark.parametrize(
    ("label", "concept"),
    [
        ("golden retriever", "animals/dog"),
        ("tabby", "animals/cat"),
        ("wolf spider", "animals/spider"),
        ("mantises", "animals/insects"),
        ("hummingbird", "animals/birds"),
        ("warthog", "animals"),
    ],
)
def test_animals_are_applied(label: str, concept: str) -> None:
    """The nearest concept above wins, for plurals too."""
    assert ASK(label) == {concept: "apply"}


@pytest.mark.parametrize(
    ("label", "concept"),
    [
        ("espresso", "drinks/coffee"),
        ("saxophone", "musical-instrument"),
        ("convertible", "car"),
        ("poncho", "clothing"),
    ],
)
def test_other_things_are_for_review(label: str, concept: str) -> None:
    """Dictionaries and people draw other lines between them."""
    assert ASK(label) == {concept: "review"}


def test_the_reason_says_of_what_it_is_a_kind() -> None:
    """With the factor that it counts."""
    assert ASK.why("hummingbird") == (
        "kind of: 'hummingbird' is a kind of Animals > Birds, which counts 0.9"
    )


@pytest.mark.parametrize("label", ["mammoth task", "nurse", "rain barrel", "canine", "Hundehütte"])
def test_what_is_broader_or_something_else_is_not_found(label: str) -> None:
    """Nor what only very general words have in common, nor more than a concept's name says."""
    assert ASK(label).keys() <= {"animals"}


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.PLACE])
def test_words_on_signs_and_names_are_kinds_of_nothing(kind: Kind) -> None:
    """They only sound alike."""
    assert ASK("golden retriever", kind) == {}


@pytest.mark.parametrize("language", ["de", "fr"])
def test_words_of_other_languages_are_not_read(language: str) -> None:
    """The English collie may be anything there."""
    assert ASK("collie", language=language) == {}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20) | st.sampled_from(["kite", "dog", "a\tb", "zzz", ""]))
def test_meanings_are_finite_and_above_themselves(noun: str) -> None:
    """Whatever is asked; nothing is broader than itself."""
    for use in nouns.uses(noun):
        above = nouns.above(use.meaning)
        assert above[use.meaning] == 0
        assert all(steps > 0 for one, steps in above.items() if one != use.meaning)
        assert use.weight >= 0
