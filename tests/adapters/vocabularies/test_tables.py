"""CSV as people write it and as spreadsheets save it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tagwright.model import Kind
from tagwright.taxonomy import Concept, Problem
from tagwright_adapters.vocabularies import read

from .conftest import Written

PATHS = """\
path,label@de,also,also@de,note,kinds
Animals/Cat,Katze,kitten|tomcat,Kater,"domestic, not big",object|other
Animals,Tiere,,,,
Animals/Dog,,,,,
"""


def test_paths_make_the_hierarchy(written: Written) -> None:
    """Also where a broader concept comes later; every cell lands where it belongs."""
    taxonomy = read(written("mine.csv", PATHS)).taxonomy
    assert (taxonomy.name, taxonomy.language) == ("mine", "en")
    assert taxonomy["animals/cat"] == Concept(
        id="animals/cat",
        labels={"en": "Cat", "de": "Katze"},
        alternatives={"en": ("kitten", "tomcat"), "de": ("Kater",)},
        broader=("animals",),
        notes={"en": "domestic, not big"},
        kinds=frozenset({Kind.OBJECT, Kind.OTHER}),
        line=2,
    )
    assert taxonomy["animals"].labels == {"en": "Animals", "de": "Tiere"}
    assert taxonomy["animals"].line == 3
    assert len(taxonomy) == 3


def test_broader_concepts_are_named_by_id_or_label(written: Written) -> None:
    """The first gives the path; order does not matter; the first labels give the language."""
    text = "id,label@de,broader\nk,Katze,t\n,Hund,tiere|k\nt,Tiere,\n"
    taxonomy = read(written("mine.csv", text)).taxonomy
    assert taxonomy.language == "de"
    assert {c.id: c.broader for c in taxonomy} == {"k": ("t",), "t/hund": ("t", "k"), "t": ()}


@pytest.mark.parametrize(
    "text",
    [
        PATHS.replace(",Katze,", ",Katze,").replace(",", ";").replace('"domestic;', '"domestic,'),
        PATHS.replace(",", "\t").replace('"domestic\t', '"domestic,'),
        "sep=;\r\n" + PATHS.replace(",", ";").replace('"domestic;', '"domestic,'),
        "\ufeff" + PATHS.replace("\n", "\r\n"),
        PATHS.replace("Animals/Cat", "Animals > Cat").replace("path", " Path "),
        PATHS.replace("Animals/Cat", "Animals|Cat")
        .replace("kitten|", '"kitten\n')
        .replace("tomcat", 'tomcat"'),
        "\n\n" + PATHS + ",,,,,\n\n",
    ],
)
def test_dialects_of_spreadsheets(written: Written, text: str) -> None:
    """Semicolons, tabs, Excel's hint, its mark, line breaks in cells, and empty rows."""
    plain = read(written("mine.csv", PATHS)).taxonomy
    assert read(written("mine.csv", text)).taxonomy.key == plain.key


def test_a_list_of_paths_needs_no_header(written: Written) -> None:
    """One column can only be the paths."""
    taxonomy = read(written("mine.csv", "Animals/Cat\nAnimals/Dog\nPlaces\n")).taxonomy
    assert [c.id for c in taxonomy] == ["animals", "animals/cat", "animals/dog", "places"]


def test_bars_may_stand_in_words(written: Written) -> None:
    """With a backslash before them."""
    taxonomy = read(written("mine.csv", "label,also\nA,b\\|c|d\\\\|e\\w\n")).taxonomy
    assert taxonomy["a"].alternatives == {"en": ("b|c", "d\\", "e\\w")}


def test_unknown_columns_are_told(written: Written) -> None:
    """Spreadsheets have columns of their own; a mistyped one is recognised."""
    vocabulary = read(written("mine.csv", "label,count,lable@de\nA,3,B\n"))
    assert [w.message for w in vocabulary.warnings] == [
        "the column 'count' is not read",
        "the column 'lable@de' is not read",
    ]
    assert "Did you mean 'label@en'?" in vocabulary.warnings[1].cure


def test_commas_in_one_synonym_are_told(written: Written) -> None:
    """They are probably several."""
    (warning,) = read(written("mine.csv", 'label,also\nA,"b, c"\n')).warnings
    assert (warning.line, "'|'" in warning.cure) == (2, True)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "empty"),
        ("\n \n", None, "empty"),
        ("name,colour\nA,red\n", 1, "no column is called 'path' or 'label'"),
        ("path\n", None, "no concepts"),
        ("path,label\nA,B\n", 1, "both 'path' and 'label'"),
        ("label,label\nA,B\n", 1, "two columns 'label'"),
        ("label,also\nA,b,c\n", 2, "3 cells, and there are 2 columns"),
        ('label,also\nA,"b\nc\n', 2, "cannot be read"),
        ('label,also\nA,"b"c\n', 2, "cannot be read"),
        ("label,broader\nA,Z\n", 2, "no concept 'Z'"),
        ("label,broader\nA,B\nB,A\n", 2, "broader than themselves: A > B > A"),
        ("label,broader\nA,A\n", 2, "broader than themselves: A > A"),
        ("label,broader\nT,\nA,T|B\nB,A\n", 3, "broader than itself through 'B'"),
        ("label,broader\nX,\nA,\nX,A\nB,X\n", 5, "any of 2"),
        ("path,also\nA,\na,\n", 3, "stands twice, also in line 2"),
        ("path,also\n,b\n", 2, "no path"),
        ("path,broader\nA,\nB,A\n", 3, "at the top"),
        ("label\nA\nA\n", 3, "stands twice"),
        ("id,label\nx,A\nx,B\n", 3, "has the id 'x' of the concept in line 2"),
        ("id,label\na b,A\n", 2, "cannot be an id"),
        ("label,kinds\nA,color\n", 2, "no kind 'color'"),
        ("label,group\nA,perhaps\n", 2, "not yes or no"),
        ("id,label@en,label@de\nx,,\n", 2, "no preferred label"),
        ("label,also\nA/B,\n", 2, "contains '/'"),
        ("label,also\nA\0B,\n", 2, "U+0000"),
        ("label,also\nA,\n\x1b[2J,\n", 3, "U+001B"),
    ],
)
def test_each_mistake_names_its_line(
    written: Written,
    refused: Callable[..., list[Problem]],
    text: str,
    line: int | None,
    message: str,
) -> None:
    """One mistake makes one problem, with what to do."""
    (problem,) = [p for p in refused(written("mine.csv", text)) if message in p.message]
    assert problem.line == line
