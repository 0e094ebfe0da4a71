"""Thresholds that reach a precision, by what people decided so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from tagwright.calibration import isotonic
from tagwright.calibration.evidence import Judged, branch
from tagwright.calibration.intervals import credible
from tagwright.taxonomy import Taxonomy

LEAST = 200  # decisions from which a threshold is proposed
_ABOVE = 50  # of them at or above it


@dataclass(frozen=True, slots=True)
class Threshold:
    """The lowest confidence from which tags are as right as asked for."""

    apply: float | None  # None: no confidence that was decided on reaches it
    decisions: int
    lowest: float  # confidence that was decided on
    highest: float
    above: int  # decisions at or above the threshold; of all if there is none
    precision: float  # of those
    low: float  # its 95 % credible interval
    high: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """Thresholds by tagger, and by the branches that need others."""

    precision: float  # asked for
    taggers: Mapping[str, Threshold]
    branches: Mapping[str, Threshold]  # by identifier of the top concept
    thin: Mapping[str, int]  # taggers with too few decisions, and how many those are

    def apply(self, tagger: str, top: str) -> float | None:
        """Return the threshold that is proposed for what a tagger says of a branch, if any."""
        near = self.branches.get(top) or self.taggers.get(tagger)
        return near.apply if near else None


def tune(judged: Iterable[Judged], taxonomy: Taxonomy, precision: float) -> Tuning:
    """Return thresholds from which on ``precision`` is reached.

    The share of right ones is taken to rise with confidence. A branch gets a threshold of its own
    only where the one of its taggers is clearly too low for it, or higher than need be.
    """
    by_tagger: dict[str, list[Judged]] = defaultdict(list)
    by_branch: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_tagger[one.tagger].append(one)
        by_branch[branch(taxonomy, one.concept)].append(one)
    taggers = {
        tagger: threshold(some, precision)
        for tagger, some in sorted(by_tagger.items())
        if len(some) >= LEAST
    }
    return Tuning(
        precision,
        taggers,
        dict(_exceptions(by_branch, taggers, precision)),
        {tagger: len(some) for tagger, some in by_tagger.items() if tagger not in taggers},
    )


def threshold(judged: Sequence[Judged], precision: float) -> Threshold:
    """Return the lowest threshold, in hundredths, that reaches a precision.

    What counts is the mean of the Beta posterior, which asks more of few decisions.
    """
    curve = isotonic.fit((one.confidence, one.right) for one in judged)
    surest = sorted((one.confidence for one in judged), reverse=True)
    found: float | None = None
    hopes, number = 0.0, 0
    for hundredths in range(100, floor(surest[-1] * 100) - 1, -1):
        bound = hundredths / 100
        while number < len(surest) and surest[number] >= bound:
            hopes += isotonic.at(curve, surest[number])
            number += 1
        if number >= _ABOVE and (hopes + 1) / (number + 2) < precision:
            break
        if number >= _ABOVE:
            found = max(bound, floor(surest[number - 1] * 100) / 100)  # not into a gap
    above = [one.right for one in judged if found is None or one.confidence >= found]
    low, high = credible(sum(above), len(above))
    share = sum(above) / len(above)
    return Threshold(found, len(judged), surest[-1], surest[0], len(above), share, low, high)


def change(
    suggested: Iterable[tuple[str, str, float]],
    taxonomy: Taxonomy,
    holds: Callable[[str, str, float], bool],
) -> int:
    """Return of how many suggestions (tagger, concept, confidence) a condition holds.

    It is given tagger, top concept and confidence.
    """
    return sum(
        holds(tagger, branch(taxonomy, concept), confidence)
        for tagger, concept, confidence in suggested
    )


def _exceptions(
    by_branch: Mapping[str, Sequence[Judged]], taggers: Mapping[str, Threshold], precision: float
) -> Iterator[tuple[str, Threshold]]:
    for top, some in sorted(by_branch.items()):
        bounds = {one.tagger: taggers[one.tagger].apply for one in some if one.tagger in taggers}
        above = [
            one.right
            for one in some
            if one.tagger in bounds and one.confidence >= (bounds[one.tagger] or 0.0)
        ]
        if len(some) < LEAST or not above:
            continue
        low, high = credible(sum(above), len(above))
        own = threshold(some, precision)
        lowest = min(1.0 if bound is None else bound for bound in bounds.values())
        better = low > precision and own.apply is not None and own.apply < lowest
        if high < precision or better:
            yield top, own
