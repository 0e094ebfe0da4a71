"""Quiet hours, also over midnight."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright_plugins.watch.quiet import QuietHours

NIGHT = QuietHours(["22:00-07:00", "12:30-14:00"])


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("21:59", None),
        ("22:00", "07:00"),
        ("00:00", "07:00"),
        ("06:59", "07:00"),
        ("07:00", None),
        ("13:59", "14:00"),
    ],
)
def test_a_span_begins_when_it_says_and_ends_before_its_end(now: str, until: str | None) -> None:
    """Whichever side of midnight that is."""
    expected = None if until is None else time.fromisoformat(until)
    assert NIGHT.until(time.fromisoformat(now)) == expected


@given(begin=st.times(), end=st.times(), now=st.times())
def test_two_spans_that_meet_cover_the_day(begin: time, end: time, now: time) -> None:
    """Each moment is in exactly one of them."""
    spans = [f"{begin:%H:%M}-{end:%H:%M}", f"{end:%H:%M}-{begin:%H:%M}"]
    inside = [QuietHours([span]).until(now) is not None for span in spans]
    assert sum(inside) == (
        begin.replace(second=0, microsecond=0) != end.replace(second=0, microsecond=0)
    )
