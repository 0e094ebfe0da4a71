"""What works in a taxonomy but is probably not meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from tagwright.taxonomy.decoding import source_name
from tagwright.taxonomy.labels import fold, host_doubt
from tagwright.taxonomy.likeness import inflected, mistyped
from tagwright.taxonomy.loading import load_taxonomy
from tagwright.taxonomy.model import Taxonomy
from tagwright.taxonomy.problems import InvalidTaxonomyError, Problem, Problems


class _Use(NamedTuple):
    concept: str
    label: str
    language: str
    preferred: bool


def check(taxonomy: Taxonomy | str | PathLike[str], *, source: str | None = None) -> list[Problem]:
    """Return errors and warnings of a taxonomy or of its YAML file, in the order of lines.

    A taxonomy that is already loaded has no errors, only warnings; ``source`` is what they call it.
    """
    if isinstance(taxonomy, Taxonomy):
        problems = Problems(source or taxonomy.name)
    else:
        problems = Problems(source_name(Path(taxonomy)))
        try:
            taxonomy = load_taxonomy(taxonomy)
        except InvalidTaxonomyError as exc:
            return list(exc.problems)
    _check_concepts(taxonomy, problems)
    _check_shared_labels(taxonomy, problems)
    _check_likeness(taxonomy, problems)
    return problems.found


def _check_concepts(taxonomy: Taxonomy, problems: Problems) -> None:
    for concept in taxonomy:
        if concept.group and not taxonomy.narrower(concept.id):
            what = f"{taxonomy.label(concept.id)!r} is a group of nothing"
            problems.warning(concept.line, what, "Put concepts below it, or remove 'group'.")
        for label in concept.labels.values():
            if doubt := host_doubt(label):
                problems.warning(concept.line, f"the label {label!r} {doubt[0]}", doubt[1])


def _check_shared_labels(taxonomy: Taxonomy, problems: Problems) -> None:
    first: dict[tuple[str, str], list[_Use]] = {}
    for use in _uses(taxonomy):
        others = first.setdefault((use.language, fold(use.label)), [])
        for other in others:
            if _compete(taxonomy, use.concept, other.concept):
                _warn_of_shared(taxonomy, use, other, problems)
                break
        else:
            others.append(use)


def _uses(taxonomy: Taxonomy) -> Iterator[_Use]:
    """Yield all labels that match, preferred ones first."""
    concepts = [concept for concept in taxonomy if not concept.group]
    for concept in concepts:
        for language, label in concept.labels.items():
            yield _Use(concept.id, label, language, True)
    for concept in concepts:
        for language, labels in concept.alternatives.items():
            for label in labels:
                yield _Use(concept.id, label, language, False)


def _compete(taxonomy: Taxonomy, one: str, other: str) -> bool:
    mine, theirs = taxonomy.kinds(one), taxonomy.kinds(other)
    return bool(mine & theirs) or mine == theirs


def _warn_of_shared(taxonomy: Taxonomy, use: _Use, other: _Use, problems: Problems) -> None:
    line = taxonomy[use.concept].line
    mine = " > ".join(taxonomy.path(use.concept))
    theirs = " > ".join(taxonomy.path(other.concept))
    if use.concept == other.concept:
        what = f"{use.label!r} is said twice of {mine!r}"
        problems.warning(line, what, "Remove one; case and hyphens make no difference.")
    elif use.preferred == other.preferred:
        what = f"{use.label!r} may mean {mine!r} or {theirs!r}, so that it is never applied"
        problems.warning(line, what, "Tell them apart by 'kinds', or remove the label from one.")
    else:
        what = f"{use.label!r} under 'also' of {mine!r} always means {theirs!r}"
        problems.warning(line, what, "Remove it there, or tell the two apart by 'kinds'.")


def _check_likeness(taxonomy: Taxonomy, problems: Problems) -> None:
    by_language: dict[str, list[_Use]] = {}
    for use in _uses(taxonomy):
        if use.preferred:
            by_language.setdefault(use.language, []).append(use)
    told: set[tuple[str, str]] = set()
    for language, uses in by_language.items():
        for use, other in _alike(taxonomy, language, uses):
            pair = use.concept, other.concept
            if pair not in told and _compete(taxonomy, *pair):
                told.add(pair)
                _warn_of_likeness(taxonomy, use, other, problems)


def _alike(taxonomy: Taxonomy, language: str, uses: list[_Use]) -> Iterator[tuple[_Use, _Use]]:
    branches: dict[str, list[_Use]] = {}
    for use in uses:
        branches.setdefault(next(iter(taxonomy[use.concept].broader), ""), []).append(use)
    pairs: Iterable[tuple[_Use, _Use]] = (
        (branch[one], branch[other])
        for branch in branches.values()
        for one, other in inflected([fold(use.label) for use in branch], language)
    )
    slips = mistyped([fold(use.label) for use in uses])
    return chain(pairs, ((uses[one], uses[other]) for one, other in slips))


def _warn_of_likeness(taxonomy: Taxonomy, use: _Use, other: _Use, problems: Problems) -> None:
    mine = " > ".join(taxonomy.path(use.concept))
    theirs = " > ".join(taxonomy.path(other.concept))
    words = f"{use.label!r} of {mine!r} and {other.label!r} of {theirs!r}"
    cure = "If they are one, remove one, and put its label under 'also' of the other."
    problems.warning(taxonomy[use.concept].line, f"{words} look like one word", cure)
