"""Keyword lists as Lightroom and Bridge write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright.taxonomy import Concept, Problem
from tagwright_adapters.vocabularies import read, render

from .conftest import Written

LIST = """\
[WHERE]
\tEurope
\t\tGermany
\t\t\t{Deutschland}
\t\t\t{BRD}
\t\t\tEssen
\t\tFrance
People
\t{persons}
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_list_as_programs_write_it(written: Written, encoding: str, newline: str) -> None:
    """Levels, synonyms and groups, in the encodings of macOS and Windows."""
    path = written("keywords.txt", LIST.replace("\n", newline).encode(encoding))
    taxonomy = read(path).taxonomy
    assert [c.id for c in taxonomy] == [
        "where", "where/europe", "where/europe/germany", "where/europe/germany/essen",
        "where/europe/france", "people",
    ]  # fmt: skip
    assert taxonomy["where"].group
    assert taxonomy["where/europe/germany"] == Concept(
        id="where/europe/germany",
        labels={"en": "Germany"},
        alternatives={"en": ("Deutschland", "BRD")},
        broader=("where/europe",),
        line=3,
    )
    assert render(taxonomy, path).text == LIST


def test_a_real_list(data: Path) -> None:
    """Repeated keywords are one, spaces at the end do not count, slashes are mended."""
    found = read(data / "generique.txt", language="fr", mending=True)
    assert [(w.line, w.message.partition(":")[0][:40]) for w in found.warnings] == [
        (7, "'Grand groupe de personnes' stands twice"),
        (20, "the label 'Coiffeur/Coiffeuse' contains "),
    ]
    styles = "mots-clés-génériques/concepts/maison-et-architecture/décoration-intérieure/styles"
    assert found.taxonomy[f"{styles}/hausmannien"].alternatives == {
        "fr": ("Néo-classique américain",)
    }
    mended = found.taxonomy["mots-clés-génériques/concepts/santé-et-beauté/coiffeur-coiffeuse"]
    assert mended.labels == {"fr": "Coiffeur-Coiffeuse"}
    assert mended.alternatives == {"fr": ("Coiffeur/Coiffeuse",)}
    assert found.taxonomy.path(mended.id)[-2:] == ("Santé et beauté", "Coiffeur-Coiffeuse")


def test_one_language_is_written(written: Written) -> None:
    """The one that is asked for; where it has no label, what paths show."""
    text = "language: en\nconcepts:\n  Cat: {labels: {de: Katze}, also: {de: [Kater]}}\n  Dog:\n"
    taxonomy = read(written("t.yaml", text)).taxonomy
    rendered = render(taxonomy, Path("t.txt"), language="de")
    assert rendered.text == "Katze\n\t{Kater}\nDog\n"
    assert rendered.losses == (
        "words in other languages (en)",
        "the language of 1 labels that there are not in 'de'",
    )


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "no concepts"),
        ("\tA\n", 1, "indented by 1 tabs"),
        ("A\n\t\t\tB\n", 2, "indented by 3 tabs"),
        ("A\n    B\n", 2, "spaces"),
        ("A\n\t B\n", 2, "spaces"),
        ("{B}\n", 1, "below no keyword"),
        ("A\n\t{}\n", 1, "is empty"),
        ("A\n[]\n", 2, "is empty"),
        ("A\nAC/DC\n", 2, "contains '/'"),
        ("A\n_Digikam_root_tag_\n", 2, "digiKam keeps"),
        (f"A\n{'x' * 201}\n", 2, "201 characters"),
        ("A\n\0B\n", 2, "U+0000"),
        ("".join("\t" * level + f"L{level}\n" for level in range(40)), 33, "32 levels"),
        ("C\n\tx\nC++\n", 3, "has the id 'c'"),
    ],
)
def test_each_mistake_names_its_line(
    written: Written,
    refused: Callable[..., list[Problem]],
    text: str,
    line: int | None,
    message: str,
) -> None:
    """With what to do."""
    (problem,) = [p for p in refused(written("keywords.txt", text)) if message in p.message]
    assert problem.line == line


def test_labels_that_make_the_same_id_get_numbers(written: Written) -> None:
    """A list has no ids, so that nobody could give them others."""
    found = read(written("k.txt", "C\n\tx\nC++\n\tx\n"), mending=True)
    assert [c.id for c in found.taxonomy] == ["c", "c/x", "c-2", "c-2/x"]
    assert len(found.warnings) == 1
