"""What a person should know of a taxonomy that works all the same."""

from __future__ import annotations

import time
from itertools import islice, permutations
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


@pytest.mark.parametrize(
    ("concepts", "pairs"),
    [
        ("[Bicycle, Bycicle]", [("Bycicle", "Bicycle")]),
        (
            "[Mountain, Mountan, Garden shed, Gardne shed]",
            [("Mountan", "Mountain"), ("Gardne shed", "Garden shed")],
        ),
        ("[Dog, Dogs, Fairy, Fairies]", [("Dogs", "Dog"), ("Fairies", "Fairy")]),
        ("{Hund: , Hunde: }", []),
        ("{A: {labels: {de: Hund}}, B: {labels: {de: Hunde}}}", [("Hunde", "Hund")]),
        ("[Horse, House, Ireland, Iceland, Level 1234567, Level 1234576]", []),
        ("{A: {narrower: [Dog]}, B: {narrower: [Dogs]}}", []),
        ("{A: {kinds: place, narrower: [Bicycle]}, B: {kinds: object, narrower: [Bycicle]}}", []),
    ],
)
def test_labels_that_look_like_one_word(concepts: str, pairs: list[tuple[str, str]]) -> None:
    """Slips of the pen anywhere, plurals side by side; short words and numbers are left alone."""
    found = [p for p in check(parse_taxonomy(f"concepts: {concepts}\n")) if "one word" in p.message]
    assert len(found) == len(pairs)
    for problem, (one, other) in zip(found, pairs, strict=True):
        assert problem.message.startswith(f"{one!r} of ")
        assert f" and {other!r} of " in problem.message


def test_looking_for_likeness_is_bounded() -> None:
    """Ten thousand labels of the same letters take no time to speak of."""
    letters = ["".join(some) for some in islice(permutations("abcdefgh"), 10_000)]
    start = time.process_time()
    check(parse_taxonomy(f"concepts: [{', '.join(letters)}]\n"))
    assert time.process_time() - start < 10
