"""How long a watcher rests between two looks."""

from __future__ import annotations

from tagwright_adapters.immich.watching.pacing import Pace


def test_what_never_comes_costs_ever_less() -> None:
    """A photo in the locked folder is announced as any other, and shows to no key."""
    pace, awaited, looks = Pace(60.0, 0.3), 0.0, 0
    pace.well(new=False)
    while awaited < 60.0:
        awaited += pace.pause(1, awaited)
        looks += 1
    assert pace.pause(1, 2.0) == pace.pause(1)
    assert looks < 60
