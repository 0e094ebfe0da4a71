"""How long the decisions on one photo take, with mapping from memory.

Run as ``python tests/benchmarks/bench_policy.py``. The goal without rules is that of a replay:
100,000 stored photos in a minute, of which reading and comparing take the larger part.
"""

from __future__ import annotations

import statistics
import time
from datetime import datetime

from tagwright.mapping import Mapper
from tagwright.model import Facts, Observation
from tagwright.policy import Bounds, Policy, Rule, Span, Then, When, decide
from tagwright.taxonomy.samples import sample

_ROUNDS = 5
_PHOTOS = 2_000
_LABELS = [
    "cat",
    "dog",
    "beach",
    "sunset",
    "person",
    "outdoors",
    "tree",
    "grass",
    "ball",
    "red",
    "car",
    "sofa",
]
_TAXONOMY = sample("family")
_MAPPER = Mapper(_TAXONOMY)
_FACTS = Facts("a.jpg", ("Photos", "2023", "Holiday"), taken_at=datetime(2023, 7, 14, 12))


def main() -> None:
    """Print one row for each policy: what, CPU milliseconds, goal."""
    bounds = Policy(
        taggers={"bench": Bounds(apply=0.7)},
        concepts={"animals": Bounds(apply=0.6), "colours": Bounds(max_tags=2)},
    )
    print(f"{len(_LABELS)} labels a photo, mapped and decided; median CPU ms a photo")
    for name, policy, goal in (
        ("default policy", Policy(), 0.15),
        ("own thresholds", bounds, 0.15),
        ("whole paths", Policy(write="path"), 0.15),
        ("100 rules, 2 fire", Policy(rules=tuple(map(_rule, range(100)))), 0.5),
    ):
        taken = statistics.median(_round(policy) for _ in range(_ROUNDS))
        met = "met" if taken <= goal else "MISSED"
        print(f"{name:20} {taken:10.3f}   goal {goal:8.2f}   {met}")


def _rule(number: int) -> Rule:
    """Return a rule; one in fifty fires on the photo."""
    when = When(
        all=("animals/cat",),
        folders=(f"*/{'Holiday' if number % 50 == 0 else number}/*",),
        dates=(Span.parse("07-01..07-31"),),
    )
    return Rule(f"rule {number}", when, Then(review=("animals/dog",)))


def _round(policy: Policy) -> float:
    said = [("bench", Observation(label, 0.5 + i * 0.04)) for i, label in enumerate(_LABELS)]
    start = time.process_time()
    for _ in range(_PHOTOS):
        decide(_MAPPER.map(said).candidates, _TAXONOMY, policy, facts=_FACTS, said=said)
    return (time.process_time() - start) * 1000 / _PHOTOS


if __name__ == "__main__":
    main()
