"""How useful an answer to a group is: how many photos it settles, and how much it teaches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tagwright.calibration.intervals import variance
from tagwright.review.grouping import Group

_NOTHING_KNOWN = variance(0, 0)

Told = Mapping[tuple[str, str], tuple[int, int]]
"""Answers by concept and tagger: how many said yes, and how many there are."""


def usefulness(one: Group, told: Told) -> float:
    """Return the photos of a group, each counted once for the answer and up to once for the lesson.

    The lesson is how uncertain it is how often the tagger is right on the concept: the variance of
    the Beta posterior, as a share of what it is where nothing was answered yet. So a photo counts
    twice before the first answer, and hardly more than once after a hundred that agree.
    """
    photos = Counter(row.tagger for row in one.members)
    return sum(
        number * (1.0 + variance(*told.get((one.concept, tagger), (0, 0))) / _NOTHING_KNOWN)
        for tagger, number in sorted(photos.items())
    )
