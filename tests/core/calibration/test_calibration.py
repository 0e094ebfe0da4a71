"""What decisions say of confidences, and what little they say when they are few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.calibration import LEAST, Calibration, Judged, stops, tune
from tagwright.calibration.intervals import credible
from tagwright.calibration.isotonic import at, fit
from tagwright.taxonomy import parse_taxonomy

TAXONOMY = parse_taxonomy("concepts: {A: {narrower: [One, Two]}, B: {narrower: [Three]}}")
ONE, TWO, THREE = "a/one", "a/two", "b/three"

confidences = st.floats(0.0, 1.0)


def _judged(
    number: int, right: int, concept: str = ONE, tagger: str = "t", sure: float = 0.8
) -> list[Judged]:
    return [Judged(tagger, concept, sure, n < right, "label") for n in range(number)]


@given(st.lists(st.tuples(confidences, st.booleans()), min_size=1))
def test_the_curve_rises_and_keeps_the_sum(points: list[tuple[float, bool]]) -> None:
    """Isotonic regression: monotone, and right on the whole."""
    blocks = fit(points)
    shares = [block.right for block in blocks]
    assert shares == sorted(shares)
    assert sum(block.number for block in blocks) == len(points)
    total = sum(block.right * block.number for block in blocks)
    assert total == pytest.approx(sum(right for _, right in points))
    curve = [at(blocks, step / 20) for step in range(21)]
    assert curve == sorted(curve)


def test_adjacent_violators_are_pooled() -> None:
    """The textbook case."""
    blocks = fit([(0.1, False), (0.2, True), (0.3, False), (0.4, True)])
    assert [(block.right, block.number) for block in blocks] == [(0, 1), (0.5, 2), (1, 1)]
    assert at(blocks, 0.0) == 0.0
    assert at(blocks, 0.25) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("right", "number", "low", "high"),
    [
        (0, 0, 0.025, 0.975),
        (95, 100, 0.8882, 0.9781),
        (0, 20, 0.0012, 0.1611),
        (3, 3, 0.398, 0.994),
    ],
)
def test_credible_intervals(right: int, number: int, low: float, high: float) -> None:
    """As statistical tables have the quantiles of the Beta distribution."""
    assert credible(right, number) == pytest.approx((low, high), abs=1e-3)


def test_without_decisions_a_tagger_is_believed() -> None:
    """Nothing is changed that nothing is known of."""
    assert Calibration([], TAXONOMY).confidence("t", ONE, 0.7) == pytest.approx(0.7)


def test_decisions_count_most_where_they_are_near() -> None:
    """A rejected concept is believed less than its sibling, that than another branch, and so on."""
    known = Calibration(_judged(20, 0), TAXONOMY)
    same, sibling, other = (known.confidence("t", one, 0.8) for one in (ONE, TWO, THREE))
    another_tagger = known.confidence("u", THREE, 0.8)
    assert same == sibling == other == another_tagger < 0.8  # nothing nearer is known of any
    known = Calibration([*_judged(20, 0), *_judged(20, 16, TWO), *_judged(20, 18, THREE)], TAXONOMY)
    same, sibling, other = (known.confidence("t", one, 0.8) for one in (ONE, TWO, THREE))
    assert same < sibling < other


def test_few_decisions_change_little_and_many_much() -> None:
    """One rejection is no verdict; fifty are."""
    few = Calibration(_judged(1, 0), TAXONOMY).confidence("t", ONE, 0.8)
    many = Calibration(_judged(50, 0), TAXONOMY).confidence("t", ONE, 0.8)
    assert 0.75 < few < 0.8
    assert many < 0.35


def test_many_decisions_make_a_curve() -> None:
    """Between the confidences that were decided on, and never less for being surer."""
    judged = [*_judged(150, 60, sure=0.6), *_judged(150, 135, sure=0.9)]
    known = Calibration(judged, TAXONOMY)
    curve = [known.confidence("t", ONE, step / 20) for step in range(21)]
    assert curve == sorted(curve)
    assert known.confidence("t", ONE, 0.6) == pytest.approx(0.4, abs=0.06)
    assert known.confidence("t", ONE, 0.9) == pytest.approx(0.9, abs=0.04)


def test_a_threshold_is_found() -> None:
    """The lowest that reaches the precision, with what it rests on."""
    judged = [*_judged(100, 50, sure=0.6), *_judged(100, 99, sure=0.85), *_judged(50, 50, sure=0.9)]
    one = tune(judged, TAXONOMY, 0.95).taggers["t"]
    assert (one.apply, one.above, one.decisions) == (0.85, 150, 250)
    assert one.precision == pytest.approx(149 / 150)
    assert one.low < one.precision < one.high


def test_no_threshold_is_made_up() -> None:
    """Neither from few decisions nor from ones that are all too often wrong."""
    few = tune(_judged(LEAST - 1, LEAST - 1), TAXONOMY, 0.95)
    assert (dict(few.taggers), dict(few.thin)) == ({}, {"t": LEAST - 1})
    assert tune(_judged(200, 150), TAXONOMY, 0.95).taggers["t"].apply is None
    assert tune(_judged(200, 200, sure=0.7), TAXONOMY, 0.95).taggers["t"].apply == 0.7


def test_a_branch_that_differs_gets_its_own() -> None:
    """Only where the tagger's threshold is clearly wrong for it."""
    alike = [*_judged(200, 190), *_judged(200, 191, THREE)]
    assert dict(tune(alike, TAXONOMY, 0.95).branches) == {}
    surer = [*_judged(400, 400, sure=0.6), *_judged(200, 200, THREE, sure=0.9)]
    assert dict(tune(surer, TAXONOMY, 0.95).branches) == {}
    better = [*_judged(400, 200, sure=0.6), *_judged(400, 400, sure=0.9)]
    better += [Judged("t", THREE, sure, right=True) for sure in (0.6, 0.9) for _ in range(100)]
    found = tune(better, TAXONOMY, 0.95)
    assert (found.apply("t", "a"), found.apply("t", "b")) == (0.9, 0.6)
    worse = [*_judged(900, 890), *_judged(200, 120, THREE)]
    found = tune(worse, TAXONOMY, 0.95)
    assert found.branches["b"].apply is None
    assert found.apply("t", "b") is None
    assert found.apply("t", "a") == 0.8


def test_labels_that_are_rejected_again_and_again() -> None:
    """From five times on, four times of five, unless there is a rule."""
    judged = [
        *(Judged("t", ONE, 0.6, n < 1, "Screenshot") for n in range(6)),
        *(Judged("t", TWO, 0.6, n < 2, "sky") for n in range(6)),
        *(Judged("t", TWO, 0.6, right=False, label="once") for n in range(4)),
        *(Judged("t", TWO, 0.6, right=False, label="ruled") for n in range(9)),
    ]
    (one,) = stops(judged, known=["Ruled"])
    assert (one.label, one.concepts, one.rejected, one.decided) == ("screenshot", (ONE,), 5, 6)
