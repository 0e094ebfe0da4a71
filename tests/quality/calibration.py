"""Simulated taggers and reviewers: does a stated confidence hold?

    python tests/quality/calibration.py

A tagger states a confidence and is right with a probability that only the simulation knows. A
reviewer decides on some of what it says, and errs in a known share of the cases. Then fresh
suggestions show what the calibrated confidence and the proposed threshold are worth.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import mean, quantiles

from tagwright.calibration import Calibration, Judged, tune
from tagwright.taxonomy import parse_taxonomy

TARGET = 0.95
_FRESH = 3_000  # suggestions that the result is measured on
_BAND = 0.03  # calibrated confidences so near to the target count as stating it
_CONCEPTS = [f"c{n}" for n in range(20)]
TAXONOMY = parse_taxonomy(
    f"concepts: {{A: {{narrower: {_CONCEPTS[:10]}}}, B: {{narrower: {_CONCEPTS[10:]}}}}}"
)
_IDS = [one.id for one in TAXONOMY if one.broader]

Truth = Callable[[str, float], float]
"""The probability to be right, by concept and stated confidence."""


def _uneven(concept: str, stated: float) -> float:
    return stated**3 if concept.startswith("a/") else stated**0.3


TAGGERS: dict[str, Truth] = {
    "honest": lambda _, stated: stated,
    "boastful": lambda _, stated: stated**2,
    "shy": lambda _, stated: stated**0.4,
    "a bit too sure": lambda _, stated: 0.3 + 0.69 * stated,
    "one branch good, one bad": _uneven,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reviewer's decisions led to."""

    stated: float | None  # real share of right ones where about the target is stated
    reached: float | None  # real precision at or above the proposed thresholds
    harm: float  # Brier score of calibrated confidences less that of the tagger's own


def simulate(truth: Truth, decisions: int, error: float, seed: int) -> Outcome:
    """Let one reviewer decide."""
    chance = random.Random(seed)
    judged = [_decide(one, error, chance) for one in _suggest(truth, decisions, chance)]
    fresh = list(_suggest(truth, _FRESH, chance))
    calibration = Calibration(judged, TAXONOMY)
    tuning = tune(judged, TAXONOMY, TARGET)
    near, above, harm = [], [], 0.0
    for concept, stated, right in fresh:
        calibrated = calibration.confidence("t", concept, stated)
        harm += (calibrated - right) ** 2 - (stated - right) ** 2
        if abs(calibrated - TARGET) <= _BAND:
            near.append(right - calibrated + TARGET)
        bound = tuning.apply("t", TAXONOMY.lineage(concept)[0])
        if bound is not None and stated >= bound:
            above.append(right)
    return Outcome(
        mean(near) if len(near) >= 30 else None,
        mean(above) if above else None,
        harm / len(fresh),
    )


def _suggest(
    truth: Truth, number: int, chance: random.Random
) -> Iterator[tuple[str, float, float]]:
    for _ in range(number):
        concept, stated = chance.choice(_IDS), chance.uniform(0.4, 1.0)
        yield concept, stated, truth(concept, stated)


def _decide(one: tuple[str, float, float], error: float, chance: random.Random) -> Judged:
    concept, stated, right = one
    is_right = (chance.random() < right) != (chance.random() < error)
    return Judged("t", concept, stated, is_right, "label")


def results(truth: Truth, decisions: int, error: float, seeds: int) -> list[Outcome]:
    """Let several reviewers decide."""
    return [simulate(truth, decisions, error, seed) for seed in range(seeds)]


def _shown(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "none"
    cuts = quantiles(known, n=10, method="inclusive") if len(known) > 1 else known * 2
    few = f" {len(known)} of {len(values)}" if len(known) < len(values) else ""
    return f"{mean(known):.3f} ({cuts[0]:.3f} to {cuts[-1]:.3f}){few}"


def main() -> None:
    """Print the table, as the README has it."""
    for name, truth in TAGGERS.items():
        for decisions in (20, 200, 1_000):
            for error in (0.0, 0.02):
                found = results(truth, decisions, error, 20)
                stated = _shown([one.stated for one in found])
                reached = _shown([one.reached for one in found])
                harm = mean(one.harm for one in found)
                cells = f"{name} | {decisions:,} | {error:.0%} | {stated} | {reached} | {harm:+.4f}"
                print(f"| {cells} |", flush=True)


if __name__ == "__main__":
    main()
