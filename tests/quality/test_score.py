"""What is counted, and what is shown of it."""

from __future__ import annotations

import pytest

from tagwright.model import Decision, Kind, Observation, Suggestion, Why

from .cases import TAXONOMIES, Case, Expected, Photo
from .results import PhotoResult, Result, Score, Scorer, half, merge
from .score import main


def result(
    *,
    wanted: str = "",
    also: str = "",
    applied: str = "",
    reviewed: str = "",
    ambiguous: bool = False,
    label: str = "label",
) -> Result:
    case = Case("here", label, Kind.OTHER, "en", concepts(wanted), concepts(also), ambiguous)
    return Result(case, concepts(applied), concepts(reviewed), ())


def concepts(text: str) -> frozenset[str]:
    return frozenset(text.split())


def test_an_answer_is_right_and_found() -> None:
    score = Score((result(wanted="cat dog", applied="cat"),))
    assert (score.precision, score.recall, score.recall_with_review) == (1.0, 1.0, 1.0)


def test_second_best_is_right_and_not_found() -> None:
    score = Score((result(wanted="cat", also="animals", applied="animals"),))
    assert (score.precision, score.recall) == (1.0, 0.0)


def test_anything_else_that_is_applied_is_wrong() -> None:
    score = Score((result(wanted="cat", applied="cat dog"), result(applied="horse")))
    assert (score.applied, score.wrong, score.recall) == (3, 2, 1.0)


def test_an_ambiguous_label_must_not_be_applied_but_may_be_asked_about() -> None:
    guessed = result(wanted="crane bird", applied="crane", ambiguous=True)
    asked = result(wanted="crane bird", reviewed="crane", ambiguous=True)
    score = Score((guessed, asked))
    assert guessed.wrong == {"crane"}
    assert (score.wrong, score.unsure, score.unsure_reviewed) == (1, 2, 1)


def test_review_counts_for_the_wider_recall_only() -> None:
    score = Score((result(wanted="cat", reviewed="cat lion"), result(wanted="dog")))
    assert (score.recall, score.recall_with_review) == (0.0, 0.5)
    assert (score.reviewed, score.review_precision) == (2, 0.5)


def test_labels_of_several_lists_count_once() -> None:
    lists = [Score((result(label="Cat"),)), Score((result(label="cat"), result(label="dog")))]
    assert len(merge(lists).results) == 2


def test_the_halves_make_the_whole() -> None:
    whole = Score(tuple(result(label=f"label {number}") for number in range(50)))
    parts = [half(whole, held_out=held_out) for held_out in (False, True)]
    assert min(len(part.results) for part in parts) > 10
    assert sum(len(part.results) for part in parts) == 50


def test_a_label_is_settled_only_by_itself() -> None:
    crane, bird = (Observation(label, 0.9) for label in ("crane", "bird"))
    photo = Photo("lake", (crane, bird), {"crane": "herons"}, frozenset())
    by_another, by_itself = (
        Suggestion("herons", 0.9, Decision.APPLY, (Why(seen, "t", "label", "heron"),))
        for seen in (bird, crane)
    )
    assert PhotoResult(photo, (by_another,)).settled(Decision.APPLY) == 0
    assert PhotoResult(photo, (by_itself,)).settled(Decision.APPLY) == 1


def test_broader_concepts_of_an_answer_are_second_best() -> None:
    expected = Expected("family")
    dog = next(case for case in expected.lists["coco"] if case.label == "dog")
    assert dog.wanted == {"animals/dog"}
    assert "animals" in dog.also


@pytest.mark.parametrize("asked", [[], ["--missed"]])
def test_the_held_out_half_stays_unnamed(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main(asked)
    shown = capsys.readouterr().out
    open_, held_out = ({failure(one) for one in failed(held_out=part)} for part in (False, True))
    assert open_
    assert all(one in shown for one in open_) or not asked
    assert not any(one in shown for one in held_out)


def test_all_failures_are_named_to_who_asks(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--missed", "--all"])
    shown = capsys.readouterr().out
    assert all(failure(one) in shown for part in (True, False) for one in failed(held_out=part))


def failed(*, held_out: bool) -> list[Result]:
    results = (
        one for name in TAXONOMIES for one in merge(Scorer(Expected(name)).lists().values()).results
    )
    return [one for one in results if one.case.held_out is held_out and (one.missed or one.wrong)]


def failure(one: Result) -> str:
    return f"{one.case.where} {one.case.label!r}"
