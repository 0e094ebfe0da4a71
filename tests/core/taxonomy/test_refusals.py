"""Taxonomies that cannot be used: every error at once, each with its line and a cure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tagwright.errors import TaxonomyError
from tagwright.taxonomy import InvalidTaxonomyError, Problem, load_taxonomy, parse_taxonomy


def problems(text: str) -> list[Problem]:
    """Return all problems of a text that must have some."""
    with pytest.raises(InvalidTaxonomyError) as caught:
        parse_taxonomy(text, source="my.yaml")
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("text", "line", "message", "cure"),
    [
        ("", None, "empty", "concepts:"),
        ("# only a comment\n", None, "empty", "concepts:"),
        ("just text", 1, "no mapping", "concepts:"),
        ("- a\n- b\n", 1, "no mapping", "concepts:"),
        ("name: x\n", 1, "'concepts:' is missing", "concepts:"),
        ("concepts:\n", 1, "there are no concepts", "concepts:"),
        ("concepts: Cat\n", 1, "stands where concepts", "colon"),
        ("nam: x\nconcepts: [A]\n", 1, "unknown key 'nam'", "'name'"),
        ("concepts:\n  Cat:\n    alos: [x]\n", 3, "unknown key 'alos'", "'also'"),
        ("concepts:\n  Animals:\n    Cat:\n", 3, "unknown key 'Cat'", "narrower"),
        ("concepts:\n  Cat: kitten\n", 2, "without a key", "also"),
        ("concepts:\n  Cat: [kitten]\n", 2, "without a key", "also"),
        ("concepts:\n  Cat:\n    also: a, b\n", 3, "commas", "[a, b]"),
        ("concepts:\n  Cat:\n    also: [[a]]\n", 3, "a text or a list", "[one, two]"),
        ("concepts:\n  Cat:\n    note: [a]\n", 3, "plain text", "one text"),
        ("concepts:\n  Cat:\n    note: a\n    note: b\n", 4, "stands twice", "Join"),
        ("concepts:\n  Cat:\n  Dog:\n  cat:\n", 4, "also in line 2", "Join"),
        ("concepts:\n  b-w:\n  B W:\n", 3, "also in line 2", "Join"),
        ("concepts:\n  Cat:\n    labels: {de: A, de: B}\n", 3, "'de' stands twice", "Join"),
        ("concepts:\n  Cat:\n    labels: {de: [A, B]}\n", 3, "more than one", "also"),
        ("concepts:\n  Cat:\n    labels: Katze\n", 3, "one label for each language", "{de:"),
        ("concepts:\n  Cat:\n    labels: {en: Kitty}\n", 3, "both its label in 'en'", "also"),
        ("concepts:\n  Cat:\n    labels: {jp: Neko}\n", 3, "not a language", "'ja'"),
        ("concepts:\n  Cat:\n    labels: {klingon!: x}\n", 3, "not a language", "BCP 47"),
        ("language: english\nconcepts: [A]\n", 1, "not a language", "'en'"),
        ("concepts:\n  Cat:\n    kinds: [color]\n", 3, "no kind 'color'", "'colour'"),
        ("concepts:\n  Cat:\n    kinds: [zzz]\n", 3, "no kind 'zzz'", "object"),
        ("concepts:\n  Cat:\n    group: maybe\n", 3, "yes or no", "group: yes"),
        ("concepts:\n  Cat:\n    id: a b\n", 3, "cannot be an id", "without spaces"),
        ("concepts:\n  Cat:\n    id: x\n  Dog:\n    id: x\n", 4, "line 2", "another"),
        ("concepts:\n  AC/DC:\n", 2, "contains '/'", "hyphen"),
        ("concepts:\n  a|b:\n", 2, "contains '|'", "hyphen"),
        ("concepts:\n  _Digikam_Internal_Tags_:\n", 2, "digiKam keeps", "another"),
        ("concepts:\n  '':\n", 2, "is empty", "name"),
        ("concepts:\n  '...':\n", 2, "no letter", "spoken"),
        ('concepts:\n  "a\\tb":\n', 2, "control character", "one line"),
        ('concepts:\n  Cat:\n    also: ["a\\nb"]\n', 3, "control character", "one line"),
        (f"concepts:\n  {'x' * 201}:\n", 2, "201 characters", "Shorten"),
        (f"concepts:\n  A:\n    note: {'x' * 2001}\n", 3, "2001 characters", "Shorten"),
        ("concepts:\n  A:\n    narrower:\n      B: {broader: B}\n", 4, "than itself", "Remove"),
        ("concepts:\n  A: {broader: B}\n  B:\n", 2, "at the top", "narrower"),
        ("concepts:\n  A: {narrower: {B: {broader: Z}}}\n", 2, "no concept 'Z'", "path"),
        ("concepts:\n  A: &x\n", 2, "&x", "quotes"),
        ("concepts:\n  A: {also: *x}\n", 2, "*x", "quotes"),
        ("concepts:\n  A: !!python/object:os.system x\n", 2, "YAML tag", "quotes"),
        ("concepts:\n  ? [a]\n  : b\n", 2, "name is expected", "colon"),
        ("concepts:\n\tCat:\n", 2, "tab", "spaces"),
        ("concepts: [A]\n---\nconcepts: [B]\n", 2, "second document", "one document"),
        ("concepts:\n  A: [\n", None, "not YAML", "brackets"),
        ("concepts:\n  a: b: c\n", 2, "not YAML", "colons"),
        ("concepts:\n  A\x07B:\n", 2, "U+0007", "Remove"),
        ("concepts:\n  A\ud800B:\n", 2, "U+D800", "Remove"),
        ("concepts: " + "[" * 5000, 1, "levels deep", "flatter"),
    ],
)
def test_each_error_names_line_and_cure(
    text: str, line: int | None, message: str, cure: str
) -> None:
    """One mistake makes one problem, with what is wrong, where, and what to do."""
    (problem,) = [p for p in problems(text) if message in p.message]
    assert cure in problem.cure
    if line is not None:
        assert problem.line == line
        assert str(problem).startswith(f"my.yaml:{line}: ")


def test_all_errors_are_reported_at_once_in_order() -> None:
    """A file with many mistakes is mended in one go."""
    text = "langauge: de\nconcepts:\n  A/B:\n  C:\n    kinds: color\n  D:\n    broader: X\n"
    assert [p.line for p in problems(text)] == [1, 3, 5, 7]


def test_the_message_lists_twenty_and_counts_the_rest() -> None:
    """Thousands of errors do not flood the terminal."""
    text = "concepts:\n" + "".join(f"  a/{n}:\n" for n in range(50))
    with pytest.raises(InvalidTaxonomyError) as caught:
        parse_taxonomy(text)
    assert len(caught.value.problems) == 51  # and that no concept is left
    lines = str(caught.value).splitlines()
    assert len(lines) == 22
    assert "and 31 more" in lines[-1]


def test_rubbish_is_given_up_early() -> None:
    """A file that consists of mistakes costs neither minutes nor memory."""
    assert len(problems("concepts:\n" + "  a/b:\n" * 200_000)) == 1000


def test_the_number_of_concepts_is_bounded() -> None:
    """Beyond any vocabulary that a person could mean, it is said and not tried."""
    (problem,) = problems("concepts: [" + ",".join(f"a{n}" for n in range(100_001)) + "]")
    assert "more than 100,000 concepts" in problem.message


def test_every_tab_is_named() -> None:
    """Each line that is indented with a tab is named, so that all can be mended at once."""
    found = problems("concepts:\n  A:\n\t  note: x\n  B:\n \tnote: y\n")
    assert [p.line for p in found] == [3, 5]


def test_cycles_are_all_found() -> None:
    """Two cycles are two problems, each told once, where the file looks ahead; nothing loops."""
    text = """\
concepts:
  A:
    narrower:
      B: {broader: D}
      F:
  C:
    narrower:
      D: {broader: B}
      E: {broader: C > E}
"""
    assert [p.line for p in problems(text)] == [4, 9]


def test_an_ambiguous_broader_concept_names_the_choices() -> None:
    """Where a label stands on two branches, its path is asked for."""
    text = (
        "concepts:\n  A: {narrower: [X]}\n  B: {narrower: [X]}\n  C: {narrower: {D: {broader: X}}}"
    )
    (problem,) = problems(text)
    assert "'A > X', 'B > X'" in problem.message


def test_other_encodings_are_refused_with_their_line(tmp_path: Path) -> None:
    """Latin-1 is not guessed at, as a wrong guess would put wrong letters into photos."""
    path = tmp_path / "latin.yaml"
    path.write_bytes("concepts:\n  Cat:\n  Käse:\n".encode("latin-1"))
    with pytest.raises(InvalidTaxonomyError, match=r"latin\.yaml:3: .*not UTF-8.*Save the file"):
        load_taxonomy(path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """100 MB are refused at once, by whatever they claim to be."""
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(100 * 2**20)
    with pytest.raises(InvalidTaxonomyError, match="larger than 8 MiB"):
        load_taxonomy(path)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    """A missing file and a folder say so; a hostile name stays on one line."""
    for path in (tmp_path / "no such\nfile.yaml", tmp_path, Path(os.fsdecode(b"/no/\xff.yaml"))):
        with pytest.raises(TaxonomyError, match="cannot be read") as caught:
            load_taxonomy(path)
        assert len(str(caught.value).splitlines()) == 1
        str(caught.value).encode()
