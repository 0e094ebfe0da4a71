"""What becomes of the labels, and what is counted of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tagwright.mapping import Mapper
from tagwright.model import Decision, Observation, Suggestion
from tagwright.policy import Policy, decide

from .cases import Case, Expected, Photo

PRECISION = 0.99  # of what is applied without review, at least
_TAGGER = "quality"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one label."""

    case: Case
    applied: frozenset[str]
    reviewed: frozenset[str]
    why: tuple[str, ...]  # of what was applied

    @property
    def wrong(self) -> frozenset[str]:
        """Concepts that were applied and should not have been."""
        right = self.case.also if self.case.ambiguous else self.case.also | self.case.wanted
        return self.applied - right

    @property
    def missed(self) -> bool:
        """Whether a label with an answer led to none of the right concepts."""
        return bool(self.case.wanted) and not self.case.wanted & (self.applied | self.reviewed)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over some labels."""

    results: tuple[Result, ...]

    @property
    def applied(self) -> int:
        """Concepts written without a person's look."""
        return sum(len(one.applied) for one in self.results)

    @property
    def wrong(self) -> int:
        """How many of them are wrong."""
        return sum(len(one.wrong) for one in self.results)

    @property
    def precision(self) -> float:
        """Of what is applied; 1 if nothing is."""
        return _ratio(self.applied - self.wrong, self.applied)

    @property
    def recall(self) -> float:
        """Labels with one clear answer whose concept was applied."""
        clear = self._clear
        return _ratio(sum(bool(one.case.wanted & one.applied) for one in clear), len(clear))

    @property
    def recall_with_review(self) -> float:
        """Likewise, applied or proposed for review."""
        clear = self._clear
        return _ratio(sum(not one.missed for one in clear), len(clear))

    @property
    def reviewed(self) -> int:
        """Concepts that a person is asked about."""
        return sum(len(one.reviewed) for one in self.results)

    @property
    def review_precision(self) -> float:
        """Of what a person is asked about; 1 if nothing is."""
        right = sum(len(one.reviewed & (one.case.wanted | one.case.also)) for one in self.results)
        return _ratio(right, self.reviewed)

    @property
    def unsure(self) -> int:
        """Ambiguous labels."""
        return sum(one.case.ambiguous for one in self.results)

    @property
    def unsure_reviewed(self) -> int:
        """Ambiguous labels that went to review with an acceptable concept, and nowhere else."""
        return sum(
            one.case.ambiguous and bool(one.case.wanted & one.reviewed) and not one.wrong
            for one in self.results
        )

    @property
    def _clear(self) -> list[Result]:
        return [one for one in self.results if one.case.wanted and not one.case.ambiguous]


@dataclass(frozen=True, slots=True)
class PhotoResult:
    """What became of a photo with several labels."""

    photo: Photo
    suggestions: tuple[Suggestion, ...]

    @property
    def wrong(self) -> frozenset[str]:
        """Concepts that were applied and should not have been."""
        applied, _ = _by_decision(self.suggestions)
        return applied - self.photo.also - frozenset(self.photo.means.values())

    def settled(self, decision: Decision) -> int:
        """How many ambiguous labels were themselves taken for what they mean here."""
        return sum(
            concept == one.concept and any(why.observation.label == label for why in one.why)
            for label, concept in self.photo.means.items()
            for one in self.suggestions
            if one.decision is decision
        )


class Scorer:
    """Maps and decides with one taxonomy."""

    def __init__(self, expected: Expected) -> None:
        self.expected = expected
        self._mapper = Mapper(expected.taxonomy)

    def lists(self) -> dict[str, Score]:
        """Return a score for each list."""
        return {
            name: Score(tuple(self._result(case) for case in cases))
            for name, cases in self.expected.lists.items()
        }

    def photos(self) -> list[PhotoResult]:
        """Return what becomes of the photos."""
        return [
            PhotoResult(photo, tuple(self._suggest(photo.observations)))
            for photo in self.expected.photos
        ]

    def _result(self, case: Case) -> Result:
        suggestions = self._suggest([case.observation])
        why = tuple(
            f"{one.why[0].match}: {one.why[0].matched}"
            for one in suggestions
            if one.decision is Decision.APPLY
        )
        return Result(case, *_by_decision(suggestions), why)

    def _suggest(self, seen: Iterable[Observation]) -> list[Suggestion]:
        candidates = self._mapper.map([(_TAGGER, one) for one in seen]).candidates
        return decide(candidates, self.expected.taxonomy, Policy())


def _by_decision(suggestions: Sequence[Suggestion]) -> tuple[frozenset[str], frozenset[str]]:
    applied, reviewed = (
        frozenset(one.concept for one in suggestions if one.decision is decision)
        for decision in (Decision.APPLY, Decision.REVIEW)
    )
    return applied, reviewed


def merge(scores: Iterable[Score]) -> Score:
    """Return the score of all labels together, each counted once however many lists have it."""
    unique = {one.case.key: one for score in scores for one in score.results}
    return Score(tuple(unique.values()))


def half(score: Score, *, held_out: bool) -> Score:
    """Return the score of one half of the labels."""
    return Score(tuple(one for one in score.results if one.case.held_out is held_out))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
