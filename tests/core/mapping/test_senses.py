"""Words that are used for other things as often as for the concept."""

from __future__ import annotations

import pytest
from tests.core.mapping.asking import asker

from tagwright.mapping import Mapper
from tagwright.model import Kind, Observation
from tagwright.taxonomy import parse_taxonomy

TAXONOMY = parse_taxonomy(
    """
concepts:
  Animals:
    also: [animal]
    narrower:
      Dog: {also: [hound, puppy]}
      Cat: {labels: {fr: Chat}}
      Bird: {narrower: [Birds of prey: {also: [hawk, eagle]}]}
  Toys: {also: [toy, doll, kite, teddy bear]}
  Sport: {kinds: [activity, object, other], narrower: [Cricket, Tennis, Football, Rugby]}
  Places:
    narrower:
      Beach:
      Church: {labels: {de: Kirche}}
      Station: {also: [railway station, train station, subway station, bus station]}
  Furniture: {narrower: [Table, Chair, Sofa]}
  Vehicles: {also: [vehicle], narrower: [Car]}
  Colours: {kinds: [colour], narrower: [Pink, Black]}
  Trees: {also: [tree, oak, palms]}
  Coffee: {labels: {fr: Café}}
  Restaurants: {also: {en: [café], de: [Café], fr: [restaurant]}}
  Frobnicator:
"""
)
ASK = asker(TAXONOMY)


@pytest.mark.parametrize(
    "label",
    ["dog", "cat", "beach", "table", "chair", "church", "car", "bird", "hawk", "Kirche", "sofa"],
)
def test_usual_words_are_applied(label: str) -> None:
    """However many rare meanings a dictionary has for them."""
    assert list(ASK(label).values()) == ["apply"]


def test_words_that_no_dictionary_has_are_applied() -> None:
    """Nothing can be told of them."""
    assert ASK("frobnicator") == {"frobnicator": "apply"}


@pytest.mark.parametrize("label", ["palm", "palms", "cricket", "kite", "kites", "red kite"])
def test_words_for_other_things_wait(label: str) -> None:
    """A palm is part of a hand, too; in any number."""
    found = ASK(label, Kind.OBJECT)
    assert set(found.values()) == {"review"}
    assert "also means other things" in ASK.why("palm") + ASK.why("kite")


def test_the_other_meaning_is_proposed_too() -> None:
    """If the user has a concept for it."""
    assert ASK("kite").keys() == {"toys", "animals/bird/birds-of-prey"}


def test_the_kind_of_the_observation_rules_meanings_out() -> None:
    """What somebody does is no insect."""
    assert ASK("cricket", Kind.ACTIVITY) == {"sport/cricket": "apply"}
    assert ASK("cricket") == {"sport/cricket": "review", "animals": "review"}


def test_heads_narrower_than_the_word_are_doubted() -> None:
    """The other labels say which stations are meant: those of trains and buses."""
    assert ASK("fire station") == {"places/station": "review"}
    assert ASK("old station") == {"places/station": "apply"}


def test_the_rest_of_the_photo_decides() -> None:
    """What else is sure on it tells which meaning it is."""
    mapper = Mapper(TAXONOMY)
    seen = [("t", Observation(label, 0.95)) for label in ("kite", "eagle")]
    found = {one.concept: one for one in mapper.map(seen).candidates}
    assert found.keys() == {"animals/bird/birds-of-prey"}
    note = found["animals/bird/birds-of-prey"].why[-1].note
    assert "decided by Animals > Bird > Birds of prey" in note


def test_words_that_other_languages_borrowed_have_their_meaning() -> None:
    """French cafés are drunk and sat in; the English chat is no cat, nor does a cat chat."""
    assert ASK("café", language="fr") == {"coffee": "review", "restaurants": "review"}
    assert ASK("chat", language="fr") == {"animals/cat": "apply"}
    assert ASK("café", language="en") == {"restaurants": "apply"}


def test_an_unknown_meaning_among_known_ones_is_doubted() -> None:
    """WordNet has no sled called skeleton, only bones and frames."""
    ask = asker(parse_taxonomy("concepts: {Sport: {narrower: [Skeleton, Luge, Tennis, Rugby]}}"))
    assert ask("skeleton") == {"sport/skeleton": "review"}
