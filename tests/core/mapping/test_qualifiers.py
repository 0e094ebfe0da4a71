"""Labels with a qualifier in brackets or after a slash."""

from __future__ import annotations

import pytest
from tests.core.mapping.asking import asker

from tagwright.taxonomy import parse_taxonomy

ASK = asker(
    parse_taxonomy(
        """
concepts:
  Tools: {also: [tool, drill, hammer]}
  Flowers: {also: [flower, plant], narrower: [Lavender]}
  Church:
  Animals: {also: [animal], narrower: [Dog]}
"""
    )
)


@pytest.mark.parametrize(
    ("label", "decisions"),
    [
        ("Drill (Tool)", {"tools": "apply"}),
        ("Lavender (Plant)", {"flowers/lavender": "apply"}),
        ("church/indoor", {"church": "review"}),
        ("dogs (sculpture)", {"animals/dog": "review"}),
        ("collie (toy)", {"animals/dog": "review"}),
        ("(tool)", {}),
        ("drill (tool", {}),
        ("a/b/c", {}),
    ],
)
def test_a_qualifier_supports_or_doubts(label: str, decisions: dict[str, str]) -> None:
    """What the meaning is a kind of makes it sure; anything else may change it."""
    assert ASK(label) == decisions
