"""Singular and plural, British and American, with a gap or without."""

from __future__ import annotations

import pytest
from tests.core.mapping.asking import asker

from tagwright.taxonomy import parse_taxonomy

ASK = asker(
    parse_taxonomy(
        """
concepts:
  Mouse: {labels: {de: Maus, fr: Souris}}
  Knife:
  Child: {labels: {de: Kind, fr: Enfant}}
  House: {labels: {de: Haus, fr: Maison}}
  Horse: {labels: {de: Pferd, fr: Cheval}}
  Trees: {labels: {de: Bäume, fr: Arbres}}
  Leaf:
  Glass:
  Arm:
  Bus:
  Lens:
  See: {id: look}
  Woods:
  Street: {labels: {de: Straße}}
  Thread: {labels: {fr: Fil}}
  Colour:
  Grey:
  Jewellery:
  Aeroplane:
  Theater:
  Sunflower:
  Ice cream:
  Greenhouse:
  University:
  Animal:
  Gatto: {labels: {it: Gatto}}
"""
    )
)


@pytest.mark.parametrize(
    ("label", "concept"),
    [
        ("mice", "mouse"),
        ("knives", "knife"),
        ("children", "child"),
        ("houses", "house"),
        ("leaves", "leaf"),
        ("tree", "trees"),
        ("buses", "bus"),
        ("Häuser", "house"),
        ("Pferde", "horse"),
        ("Mäuse", "mouse"),
        ("Straßen", "street"),
        ("Baum", "trees"),
        ("chevaux", "horse"),
        ("maisons", "house"),
        ("arbre", "trees"),
        ("color", "colour"),
        ("colours", "colour"),
        ("gray", "grey"),
        ("jewelry", "jewellery"),
        ("airplanes", "aeroplane"),
        ("theatre", "theater"),
        ("sun flowers", "sunflower"),
        ("icecream", "ice-cream"),
    ],
)
def test_forms_of_a_word_are_applied(label: str, concept: str) -> None:
    """Regular and irregular ones, in each language of the taxonomy."""
    assert ASK(label) == {concept: "apply"}


@pytest.mark.parametrize(
    "label",
    [
        "glasses",  # spectacles
        "arms",  # weapons
        "saw",  # not the past of "see"
        "seen",
        "fils",  # French for son, not threads
        "universe",
        "animation",
        "housing",
        "childish",
        "mousse",
    ],
)
def test_other_words_are_not_found(label: str) -> None:
    """Verbs, plurals with a meaning of their own, and words that only begin alike."""
    assert ASK(label) == {}


@pytest.mark.parametrize(
    ("label", "concept"), [("wood", "woods"), ("green house", "greenhouse"), ("gatti", "gatto")]
)
def test_doubtful_forms_are_for_review(label: str, concept: str) -> None:
    """What may mean something else, and languages whose nouns nobody checked."""
    language = "it" if concept == "gatto" else None
    assert ASK(label, language=language) == {concept: "review"}


def test_the_taggers_language_decides_which_forms_count() -> None:
    """A plural of one language is none of another."""
    assert ASK("mice", language="de") == {}
    assert ASK("chevaux", language="fr-CA") == {"horse": "apply"}


def test_the_reason_is_told() -> None:
    """It names the way, and what it counts."""
    assert ASK.why("mice") == "inflection: another form of the word, which counts 0.95"
