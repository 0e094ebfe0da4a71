"""Quiet hours: times of day in which photos wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time


class QuietHours:
    """Spans of the day by this machine's clock, each over midnight if it ends before it begins."""

    def __init__(self, spans: Sequence[str]) -> None:
        """Take spans as they are configured, such as ``22:00-07:00``."""
        parts = [span.partition("-") for span in spans]
        self._spans = [(time.fromisoformat(a), time.fromisoformat(b)) for a, _, b in parts]

    def until(self, now: time) -> time | None:
        """Return when the quiet that there is ends; None: there is none."""
        for begin, end in self._spans:
            if begin <= now < end or (begin > end and (now >= begin or now < end)):
                return end
        return None
