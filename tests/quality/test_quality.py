"""The quality of the mapping, and that the data that measure it are sound."""

from __future__ import annotations

import functools

import pytest

from .cases import SAMPLED, TAXONOMIES, Case, Expected, Key, vocabulary
from .results import PRECISION, Score, Scorer, merge

RECALL = {"family": 0.77, "iptc": 0.54}
"""Of labels with one clear answer, applied or for review; raise it as the matcher learns."""


@functools.cache
def expected(taxonomy: str) -> Expected:
    return Expected(taxonomy)


@functools.cache
def scores(taxonomy: str) -> dict[str, Score]:
    return Scorer(expected(taxonomy)).lists()


def cases(taxonomy: str) -> list[Case]:
    return [case for some in expected(taxonomy).lists.values() for case in some]


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
def test_what_is_applied_without_review_is_right(taxonomy: str) -> None:
    precision = merge(scores(taxonomy).values()).precision
    assert precision >= PRECISION, "named by tests/quality/score.py"


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
def test_noise_and_instructions_are_never_applied(taxonomy: str) -> None:
    noise = scores(taxonomy)["noise"].results
    nothing = [one for one in noise if not one.case.wanted and not one.case.also]
    assert len(nothing) > 20
    assert [one.case.label for one in nothing if one.applied] == []


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
def test_labels_find_their_concepts(taxonomy: str) -> None:
    recall = merge(scores(taxonomy).values()).recall_with_review
    assert recall >= RECALL[taxonomy], "named by tests/quality/score.py --missed"


@pytest.mark.parametrize(("taxonomy", "name"), SAMPLED)
def test_sampled_lists_are_every_nth_label(taxonomy: str, name: str) -> None:
    source, step = SAMPLED[taxonomy, name]
    labels = [case.label for case in expected(taxonomy).lists[name]]
    assert labels == vocabulary(source)[::step]


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
def test_a_label_has_one_answer_in_all_lists(taxonomy: str) -> None:
    answers: dict[Key, Case] = {}
    for case in cases(taxonomy):
        first = answers.setdefault(case.key, case)
        same = (first.wanted, first.also, first.ambiguous)
        assert (case.wanted, case.also, case.ambiguous) == same, f"{first.where}, {case.where}"


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
def test_no_answer_is_a_heading(taxonomy: str) -> None:
    answers = {one for case in cases(taxonomy) for one in case.wanted | case.also}
    assert [one for one in answers if expected(taxonomy).taxonomy[one].group] == []


def test_the_halves_are_of_about_one_size() -> None:
    keys = {case.key: case for taxonomy in TAXONOMIES for case in cases(taxonomy)}
    held_out = sum(case.held_out for case in keys.values())
    assert 0.45 < held_out / len(keys) < 0.55


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
def test_photos_mean_what_one_of_their_labels_may(taxonomy: str) -> None:
    for photo in expected(taxonomy).photos:
        assert photo.means.keys() <= {one.label for one in photo.observations}, photo.name
