"""What a person should know of a taxonomy that works all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagwright.taxonomy import Severity, check, parse_taxonomy


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("concepts:\n  A: {also: x}\n  B: {also: X}\n", 3, "'X' may mean 'B' or 'A'"),
        ("concepts:\n  A: {also: b}\n  B:\n", 2, "under 'also' of 'A' always means 'B'"),
        ("concepts:\n  A: {also: a}\n", 2, "'a' is said twice of 'A'"),
        ("concepts:\n  A: {narrower: [X]}\n  B: {narrower: [X]}\n", 3, "'B > X' or 'A > X'"),
        ("concepts:\n  A: {group: yes}\n", 2, "group of nothing"),
        (f"concepts:\n  {'ü' * 33}:\n", 2, "64 bytes"),
        ("concepts:\n  'A, B':\n", 2, "split"),
    ],
)
def test_each_warning_names_its_line(text: str, line: int, message: str) -> None:
    """Clashing labels, idle groups and labels that some hosts alter are found."""
    (problem,) = check(parse_taxonomy(text))
    assert (problem.severity, problem.line) == (Severity.WARNING, line)
    assert message in problem.message
    assert problem.cure


@pytest.mark.parametrize(
    "text",
    [
        "concepts:\n  A: {kinds: colour, narrower: [X]}\n  B: {kinds: object, narrower: [X]}\n",
        "concepts:\n  A: {also: {de: x}}\n  B: {also: {fr: x}}\n",
        "concepts:\n  A: {group: yes, also: x, narrower: [C]}\n  B: {also: x}\n",
    ],
)
def test_labels_that_cannot_be_confused_are_no_clash(text: str) -> None:
    """Other kinds, other languages and groups keep equal labels apart."""
    assert check(parse_taxonomy(text)) == []


def test_a_file_that_cannot_be_used_gives_its_errors(tmp_path: Path) -> None:
    """``check`` never raises for a bad file: its errors are the answer."""
    path = tmp_path / "my.yaml"
    path.write_text("concepts:\n  a/b:\n  C:\n")
    (problem,) = check(path)
    assert (problem.severity, problem.line) == (Severity.ERROR, 2)
    (missing,) = check(tmp_path / "missing.yaml")
    assert missing.line is None
