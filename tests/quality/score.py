"""Measures mapping: published label lists onto taxonomies, against answers written by hand.

Run as ``python tests/quality/score.py [--missed] [--all]``. What is counted, and what is right, is
described in the README beside this file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.quality.cases import TAXONOMIES, Expected
from tests.quality.results import PRECISION, PhotoResult, Result, Score, Scorer, half, merge

from tagwright.model import Decision
from tagwright.taxonomy import Taxonomy

_HEAD = ("labels", "applied", "precision", "recall", "+review", "reviewed", "of it right", "unsure")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables and the failures of the open half; return 1 if precision is too low."""
    parser = argparse.ArgumentParser(description="Measure the quality of the mapping.")
    parser.add_argument("--missed", action="store_true", help="name missed labels too")
    parser.add_argument("--all", action="store_true", help="name failures of the held-out half too")
    options = parser.parse_args(arguments)
    precise = [_report(name, missed=options.missed, all_=options.all) for name in TAXONOMIES]
    met = "met" if all(precise) else "MISSED"
    print(f"goal: precision of what is applied without review at least {PRECISION}: {met}")
    return 0 if all(precise) else 1


def _report(name: str, *, missed: bool, all_: bool) -> bool:
    """Print what one taxonomy reaches; return whether it is precise enough."""
    scorer = Scorer(Expected(name))
    scores, photos, taxonomy = scorer.lists(), scorer.photos(), scorer.expected.taxonomy
    total = merge(scores.values())
    shown = total if all_ else half(total, held_out=False)
    lines = [
        *_table(name, scores, total),
        *_failures(shown.results, taxonomy, missed=missed),
        *_photos(photos, taxonomy, all_=all_),
    ]
    print("\n".join(lines), end="\n\n")
    return total.precision >= PRECISION


def _table(name: str, scores: Mapping[str, Score], total: Score) -> Iterator[str]:
    parts = {
        "open half": half(total, held_out=False),
        "held-out half": half(total, held_out=True),
        "all": total,
    }
    yield f"{name:16}" + "".join(f"{column:>12}" for column in _HEAD)
    for key, score in (*scores.items(), *parts.items()):
        yield f"  {key:14}" + "".join(f"{figure:>12}" for figure in _figures(score))


def _figures(score: Score) -> tuple[str, ...]:
    return (
        str(len(score.results)),
        str(score.applied),
        f"{score.precision:.3f}",
        f"{score.recall:.3f}",
        f"{score.recall_with_review:.3f}",
        str(score.reviewed),
        f"{score.review_precision:.3f}",
        f"{score.unsure_reviewed}/{score.unsure}",
    )


def _failures(results: Iterable[Result], taxonomy: Taxonomy, *, missed: bool) -> Iterator[str]:
    for one in results:
        case = one.case
        said = f"{case.where} {case.label!r} ({case.kind}, {case.language or 'no language'})"
        wanted = ("ambiguous: " if case.ambiguous else "") + _labels(case.wanted, taxonomy)
        if one.wrong:
            why = f"[{'; '.join(one.why)}] {case.why}".rstrip()
            yield f"  WRONG  {said}: {_labels(one.wrong, taxonomy)}, not {wanted} {why}"
        elif missed and one.missed:
            yield f"  missed {said}: {wanted}"


def _photos(results: Sequence[PhotoResult], taxonomy: Taxonomy, *, all_: bool) -> Iterator[str]:
    clear = sum(len(one.photo.means) for one in results)
    applied = sum(one.settled(Decision.APPLY) for one in results)
    reviewed = sum(one.settled(Decision.REVIEW) for one in results)
    wrong = [one for one in results if one.wrong]
    yield (
        f"  {len(results)} photos: of {clear} ambiguous labels that the others make clear "
        f"{applied} applied, {reviewed} for review; {len(wrong)} photos with a wrong concept"
    )
    for one in wrong:
        if all_ or not one.photo.held_out:
            yield f"  WRONG  {one.photo.name}: {_labels(one.wrong, taxonomy)}"


def _labels(concepts: Iterable[str], taxonomy: Taxonomy) -> str:
    return " | ".join(sorted(taxonomy.label(one) for one in concepts)) or "nothing"


if __name__ == "__main__":
    sys.exit(main())
