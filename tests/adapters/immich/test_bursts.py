"""Many uploads at once: nothing is lost, and few requests are made."""

from __future__ import annotations

from .bursts import burst, one_by_one
from .server import ImmichServer, at_random


async def test_burst(immich: ImmichServer) -> None:
    """500 photos with 12 tags each, all of them different: at most 3 requests for each."""
    outcome = await burst(immich, 500)
    assert (outcome.lost, outcome.strange, outcome.failures) == (0, 0, 0)
    assert outcome.total <= 3.0, outcome
    assert outcome.requests["give"] <= 1.0


async def test_burst_in_trouble(immich: ImmichServer) -> None:
    """Errors at random, some with the work done and the answer lost."""
    outcome = await burst(immich, 100, at_random(1, 0.05))
    assert (outcome.lost, outcome.strange) == (0, 0)
    assert outcome.failures


async def test_one_by_one(immich: ImmichServer) -> None:
    """An upload that is alone waits for nobody: picture, tags, reading back."""
    outcome = await one_by_one(immich, 10)
    assert outcome.lost == 0
    assert (outcome.requests["preview"], outcome.requests["give"]) == (1.0, 1.0)
    assert outcome.requests["asset"] == 1.0
    assert outcome.visible[-1] < 0.1
    assert outcome.confirmed[-1] < 1.0
