"""Slips of the pen, and words that are none."""

from __future__ import annotations

import pytest
from tests.core.mapping.asking import asker

from tagwright.model import Kind
from tagwright.taxonomy import parse_taxonomy

ASK = asker(
    parse_taxonomy(
        """
concepts:
  Bicycle: {labels: {de: Fahrrad, fr: Vélo}}
  Sunset:
  Cattle:
  Caterpillar:
  Bush:
  Dessert:
  Desert:
  Mouse:
  Carpet:
  Fish:
  Cat:
  Bus:
  Mountain range:
  Thunderstorm:
  Freiburg:
"""
    )
)


@pytest.mark.parametrize(
    ("label", "concept"),
    [
        ("bycicle", "bicycle"),
        ("sunest", "sunset"),
        ("Fahrad", "bicycle"),
        ("mountain ragne", "mountain-range"),
        ("mountian range", "mountain-range"),
        ("thunderstrom", "thunderstorm"),
        ("thunndersstorm", "thunderstorm"),
    ],
)
def test_slips_are_for_review(label: str, concept: str) -> None:
    """However sure the tagger is."""
    assert ASK(label) == {concept: "review"}


@pytest.mark.parametrize(
    "label",
    [
        "castle",
        "cattles food",
        "battle",
        "house",
        "cathode",
        "carpel",
        "bust",
        "buss",
        "catt",  # too short to tell
        "vusn",
        "insert",
        "disert",  # two labels could be meant, but the first letter is right
        "mountain rang",
        "moutnain ragne valley",
        "sunset2",
        "zunset",
    ],
)
def test_known_and_short_words_are_left_alone(label: str) -> None:
    """Nothing is written by a likeness of letters, and known words become no others."""
    assert "apply" not in ASK(label).values()
    assert ASK(label).keys() <= {"dessert", "desert"}


@pytest.mark.parametrize("kind", [Kind.PLACE, Kind.TEXT])
def test_names_are_left_alone(kind: Kind) -> None:
    """Freiberg is another town."""
    assert ASK("Freibarg") == {"freiburg": "review"}
    assert ASK("Freibarg", kind) == {}
