"""On how many photos a concept stands, and when that is too many to find anything by."""

from __future__ import annotations

import pytest

from tagwright.state.spread import Spread


@pytest.mark.parametrize(
    ("photos", "share", "least", "noise"),
    [
        (10, 0.5, 10, {"a": 8, "b": 6}),
        (10, 0.6, 10, {"a": 8}),  # more than, not just as many
        (10, 0.5, 11, {}),
        (0, 0.5, 1, {}),
    ],
)
def test_noise(photos: int, share: float, least: int, noise: dict[str, int]) -> None:
    """It takes both a large share and enough photos; the most frequent come first."""
    found = Spread(photos, {"c": 5, "b": 6, "a": 8} if photos else {}).noise(share, least)
    assert list(found.items()) == list(noise.items())
