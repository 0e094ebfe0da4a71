"""Phrases: their head decides, and only what leaves the thing what it is may go."""

from __future__ import annotations

import pytest
from tests.core.mapping.asking import asker

from tagwright.model import Kind
from tagwright.taxonomy import parse_taxonomy

ASK = asker(
    parse_taxonomy(
        """
concepts:
  Animals:
    narrower:
      Dog: {labels: {de: Hund, fr: Chien}}
      Cat: {labels: {de: Katze, fr: Chat}}
      Lion: {labels: {de: Löwe}}
      Bear: {}
      Horse: {}
      Mouse: {labels: {de: Maus}}
      Pig: {labels: {de: Schwein, fr: Cochon}}
      Sheep: {}
      Fox: {}
  Vehicles:
    narrower:
      Car: {labels: {de: Auto, fr: Voiture}}
      Engine:
      Boat: {labels: {de: Boot, fr: Bateau}}
      Aeroplane: {also: [plane]}
      Wheel:
  Things:
    narrower:
      Table: {labels: {de: Tisch}}
      House: {labels: {de: Haus}}
      Chestnut:
      Food:
      Park:
      Door:
  Food and drink:
    narrower:
      Cake: {labels: {de: Kuchen, fr: Gâteau}}
      Wine:
      Pizza:
  Man:
  Colours:
    group: yes
    kinds: [colour]
    closed: yes
    narrower: [Red, White, Orange, Black]
"""
    )
)


def leaf(decisions: dict[str, str]) -> dict[str, str]:
    """Return decisions by the last step of the identifier."""
    return {concept.rpartition("/")[2]: decision for concept, decision in decisions.items()}


@pytest.mark.parametrize(
    ("label", "concept"),
    [
        ("sports car", "car"),
        ("old sports cars", "car"),
        ("wooden dining table", "table"),
        ("dining tables", "table"),
        ("polar bear", "bear"),
        ("two dogs", "dog"),
        ("the dog", "dog"),
        ("sleeping cat", "cat"),
        ("cute small dog", "dog"),
        ("car wheel", "wheel"),
        ("cat food", "food"),
        ("flock of sheep", "sheep"),
        ("slice of pizza", "pizza"),
        ("pair of old dogs", "dog"),
        ("white wine", "wine"),
        ("kleiner Hund", "dog"),
        ("un chat", "cat"),
    ],
)
def test_the_head_is_applied(label: str, concept: str) -> None:
    """Where a dictionary has the compound as a kind of it, or the words only describe it."""
    assert leaf(ASK(label)) == {concept: "apply"}


@pytest.mark.parametrize(
    "label",
    [
        "hot dog",
        "sea lion",
        "teddy bear",
        "horse chestnut",
        "fire engine",
        "computer mouse",
        "guinea pig",
        "prairie dog",
        "dog house",
        "black widow",
        "toy car",
        "stuffed dog",
        "wooden horse",
        "paper plane",
        "cats and dogs",
        "dog in the manger",
        "of dog",
        "flock of",
        "car alarm clock radio box set dog",
    ],
)
def test_heads_that_mislead_are_not_found(label: str) -> None:
    """A dictionary or the modifier says that it is something else, or it is no phrase at all."""
    assert not {word.rstrip("s") for word in label.split()} & leaf(ASK(label)).keys()


@pytest.mark.parametrize(
    ("label", "concept"),
    [
        ("robot dog", "dog"),
        ("man with hat", "man"),
        ("dog on a beach", "dog"),
        ("white horse", "horse"),  # also a breaker
        ("little dog", "dog"),  # also a constellation
    ],
)
def test_unknown_modifiers_are_for_review(label: str, concept: str) -> None:
    """However sure the tagger is."""
    assert leaf(ASK(label)) == {concept: "review"}


@pytest.mark.parametrize(
    ("label", "language", "concept"),
    [
        ("Geburtstagskuchen", None, "cake"),
        ("Segelboot", "de", "boat"),
        ("Segelboote", "de", "boat"),
        ("Seelöwe", "de", "lion"),
        ("Roter Hund", "de", "dog"),
        ("Hund am Strand", "de", "dog"),
        ("gâteau d'anniversaire", None, "cake"),
        ("voiture de sport", None, "car"),
        ("voitures rouges", "fr", "car"),
        ("petit chien", "fr", "dog"),
        ("cochon d'Inde", "fr", "pig"),
    ],
)
def test_german_and_french_heads_are_for_review(
    label: str, language: str | None, concept: str
) -> None:
    """No dictionary says which of them mislead."""
    assert leaf(ASK(label, language=language)) == {concept: "review"}


def test_adjectives_only_describe_in_german_where_they_are_written_small() -> None:
    """A capital makes a name of it."""
    assert leaf(ASK("rotes Auto", language="de")) == {"car": "apply"}
    assert leaf(ASK("Rotes Auto", language="de")) == {"car": "review"}


def test_colours_of_made_things_are_found_with_them() -> None:
    """Only where a concept takes the kind colour, and only colours that are nothing else."""
    assert leaf(ASK("red sports car", Kind.OBJECT)) == {"car": "apply", "red": "apply"}
    assert leaf(ASK("white door")) == {"door": "apply", "white": "apply"}
    assert leaf(ASK("black house")) == {"house": "review"}  # also one word, a kind of hut
    assert leaf(ASK("orange car")) == {"car": "apply"}
    assert leaf(ASK("red fox", Kind.OBJECT)).keys() == {"fox"}
    assert leaf(ASK("black man")) == {"man": "apply"}
    assert ASK("red umbrella") == {}


def test_never_the_reverse() -> None:
    """A car is no sports car, and a longer name wins over a shorter one."""
    ask = asker(parse_taxonomy("concepts: [Sports car, Car, Dining table]"))
    assert ask("car") == {"car": "apply"}
    assert ask("table") == {}
    assert ask("red sports car") == {"sports-car": "apply"}


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.PLACE])
def test_words_that_are_read_and_names_describe_nothing(kind: Kind) -> None:
    """A sign that says "red car" and a place called Old House are neither."""
    assert ASK("red car", kind) == {}
