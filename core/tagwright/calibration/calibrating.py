"""Calibrated confidence: how often a tagger that is so sure of such a concept is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import exp, log

from tagwright.calibration import isotonic
from tagwright.calibration.evidence import Judged, branch
from tagwright.calibration.isotonic import Block
from tagwright.taxonomy import Taxonomy

ISOTONIC = 200  # decisions on a tagger from which it gets a curve of its own
_PRIOR = 30.0  # decisions that what is known more generally counts for
_EDGE = 0.005  # nothing is surer than this short of 0 and 1


class Calibration:
    """What decisions so far say of confidences.

    A tagger with many decisions has a curve, fitted to them; until then its own confidence counts.
    From there the odds are shifted by what was decided of all taggers, of this one, of the branch
    and of the concept, the nearest last. Each is taken as a Beta-binomial whose prior is what the
    more general ones expect, so that few decisions change little; and each decision counts once,
    where it is nearest.
    """

    def __init__(self, judged: Iterable[Judged], taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._judged = list(judged)
        self._by_tagger: dict[str, list[Judged]] = defaultdict(list)
        self._by_branch: dict[tuple[str, str], list[Judged]] = defaultdict(list)
        for one in self._judged:
            self._by_tagger[one.tagger].append(one)
            self._by_branch[one.tagger, branch(taxonomy, one.concept)].append(one)
        self._general: dict[str, float] = {}
        self._shifts: dict[tuple[str, str], float] = {}
        self._curves: dict[str, list[Block]] = {}
        many = {t: some for t, some in self._by_tagger.items() if len(some) >= ISOTONIC}
        self._curves = {tagger: self._curve(some) for tagger, some in many.items()}

    def confidence(self, tagger: str, concept: str, stated: float) -> float:
        """Return the probability that a suggestion is right."""
        return _probability(self._base(tagger, stated) + self._shift(tagger, concept))

    def _curve(self, judged: Sequence[Judged]) -> list[Block]:
        """Return what a tagger's confidences are worth; small blocks stay near what it says."""
        shift = self._step(judged, 0.0)
        shrunk = []
        for block in isotonic.fit((one.confidence, one.right) for one in judged):
            hoped = _probability(_odds(block.confidence) + shift)
            right = (block.number * block.right + _PRIOR * hoped) / (block.number + _PRIOR)
            shrunk.append(block._replace(right=right))
        return isotonic.pool(shrunk)

    def _base(self, tagger: str, stated: float) -> float:
        """Return log odds."""
        curve = self._curves.get(tagger)
        return _odds(stated if curve is None else isotonic.at(curve, stated))

    def _shift(self, tagger: str, concept: str) -> float:
        """Return by how much log odds are to be shifted."""
        key = tagger, concept
        if key not in self._shifts:
            top = branch(self._taxonomy, concept)
            near = self._by_branch.get((tagger, top), [])
            shift = self._of_tagger(tagger, top)
            shift += self._step([one for one in near if one.concept != concept], shift)
            shift += self._step([one for one in near if one.concept == concept], shift)
            self._shifts[key] = shift
        return self._shifts[key]

    def _of_tagger(self, tagger: str, top: str) -> float:
        if tagger in self._curves:
            return 0.0
        if tagger not in self._general:
            others = [one for one in self._judged if one.tagger != tagger]
            self._general[tagger] = self._step(others, 0.0)
        elsewhere = [
            one
            for one in self._by_tagger.get(tagger, ())
            if branch(self._taxonomy, one.concept) != top
        ]
        return self._general[tagger] + self._step(elsewhere, self._general[tagger])

    def _step(self, judged: Sequence[Judged], before: float) -> float:
        """Return how much these decisions shift what was expected of them."""
        if not judged:
            return 0.0
        hopes = (_probability(self._base(one.tagger, one.confidence) + before) for one in judged)
        expected = sum(hopes) / len(judged)
        right = sum(one.right for one in judged)
        found = (right + _PRIOR * expected) / (len(judged) + _PRIOR)
        return _odds(found) - _odds(expected)


def _odds(probability: float) -> float:
    bounded = min(max(probability, _EDGE), 1.0 - _EDGE)
    return log(bounded / (1.0 - bounded))


def _probability(odds: float) -> float:
    return 1.0 / (1.0 + exp(-odds))
