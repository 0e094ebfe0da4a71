"""Vocabularies in and out, as a person does it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tagwright_adapters.vocabularies import FORMATS

KEYWORDS = "[WHERE]\n\tEssen\n\tAC/DC\nPeople\n\t{persons}\n"


@pytest.fixture
def keywords(tmp_path: Path) -> Path:
    """A keyword list as Lightroom for Windows writes it, with a label that hosts cannot hold."""
    path = tmp_path / "keywords.txt"
    path.write_bytes(KEYWORDS.replace("\n", "\r\n").encode("utf-16"))
    return path


def test_import_writes_our_yaml(tagwright: Any, tmp_path: Path, keywords: Path) -> None:
    """What was mended is said with its line, and the result is in order."""
    done = tagwright("taxonomy", "import", keywords, "-o", "mine.yml")
    assert done.code == 0
    assert f"warning: {keywords}:3: the label 'AC/DC' contains '/'" in done.err
    assert "it becomes 'AC-DC'" in done.err
    assert "keywords: 4 concepts, written to mine.yml" in done.err
    assert done.out == ""
    shown = tagwright("taxonomy", "show", "mine.yml")
    assert shown.out == "WHERE\n  Essen\n  AC-DC  (AC/DC)\nPeople  (persons)\n"
    assert tagwright("taxonomy", "check", "mine.yml").out == "keywords: 4 concepts, 0 warnings\n"
    assert not [name for name in os.listdir(tmp_path) if "tmp" in name]


def test_import_without_a_target_prints(tagwright: Any, keywords: Path) -> None:
    """The YAML alone on standard output."""
    done = tagwright("taxonomy", "import", keywords)
    assert done.out.startswith(
        "name: keywords\nlanguage: en\nconcepts:\n  WHERE:\n    group: true\n"
    )


def test_a_file_is_not_replaced_unasked(tagwright: Any, tmp_path: Path, keywords: Path) -> None:
    """With --force it is, in one step, and keeps its mode; a dry run touches nothing."""
    mine = tmp_path / "mine.yaml"
    mine.chmod(0o640)
    before = mine.read_text()
    done = tagwright("taxonomy", "import", keywords, "-o", mine)
    assert (done.code, mine.read_text()) == (2, before)
    assert "--force" in done.err
    done = tagwright("taxonomy", "import", keywords, "-o", mine, "--force", "--dry-run")
    assert (done.code, mine.read_text()) == (0, before)
    assert "nothing written" in done.err
    assert tagwright("taxonomy", "import", keywords, "-o", mine, "--force").code == 0
    assert mine.read_text().startswith("name: keywords")
    assert mine.stat().st_mode & 0o777 == 0o640


def test_nothing_is_left_of_a_failed_import(tagwright: Any, tmp_path: Path) -> None:
    """Errors leave with code 2 and no file."""
    (tmp_path / "ring.csv").write_text("label,broader\nA,B\nB,A\n")
    before = sorted(os.listdir(tmp_path))
    done = tagwright("taxonomy", "import", "ring.csv", "-o", "new.yaml")
    assert done.code == 2
    assert "ring.csv:2: concepts are broader than themselves: A > B > A." in done.err
    assert sorted(os.listdir(tmp_path)) == before
    done = tagwright("taxonomy", "import", "mine.yaml", "-o", "no/such/folder.yaml")
    assert (done.code, "cannot be written" in done.err) == (2, True)


def test_export_then_import(tagwright: Any, tmp_path: Path) -> None:
    """The tree is the same, and the exported file is in order as it is."""
    assert tagwright("taxonomy", "export", "family", "-o", "family.ttl").code == 0
    assert tagwright("taxonomy", "import", "family.ttl", "-o", "again.yaml").code == 0
    again = tagwright("taxonomy", "show", "again.yaml")
    assert again.out == tagwright("taxonomy", "show", "family").out
    checked = tagwright("taxonomy", "check", "family.ttl")
    assert checked.out == "Family library: 432 concepts, 0 warnings\n"


def test_export_says_what_is_lost(tagwright: Any) -> None:
    """One line for each sort of thing; other formats go to standard output by name."""
    done = tagwright("taxonomy", "export", "mine.yaml", "-o", "-", "--to", "lightroom")
    assert (
        done.out
        == "Colours\n\tBrown\n\tGreen\nStyle\n\tBlack and white\n\t\t{monochrome}\n\t\t{b&w}\n"
    )
    assert done.err.splitlines() == ["warning: lost: kinds (1 concepts).", "Test: 5 concepts"]


def test_the_format_may_be_named(tagwright: Any, tmp_path: Path) -> None:
    """For files whose suffix does not tell; a wrong name is answered with the right ones."""
    (tmp_path / "words.dat").write_text("label@de\nKatze\n")
    done = tagwright("taxonomy", "show", "words.dat", "--from", "csv")
    assert done.out == "Katze\n"
    done = tagwright("taxonomy", "show", "words.dat")
    assert (done.code, "skos-turtle (.ttl .nt)" in done.err) == (2, True)
    done = tagwright("taxonomy", "import", "words.dat", "--from", "csv", "--language", "german")
    assert (done.code, "Did you mean 'de'?" in done.err) == (2, True)


def test_check_says_how_foreign_files_are_mended(tagwright: Any, keywords: Path) -> None:
    """What keeps them from being used as they are, and the way out."""
    done = tagwright("taxonomy", "check", keywords)
    assert done.code == 2
    assert f"error: {keywords}:3: the label 'AC/DC' contains '/'" in done.out
    assert "taxonomy import" in done.out


def test_other_formats_can_be_used_as_they_are(tagwright: Any, tmp_path: Path, album: Path) -> None:
    """As the taxonomy of a run."""
    assert tagwright("taxonomy", "export", "mine.yaml", "-o", "mine.ttl").code == 0
    done = tagwright("tag", album, "--taxonomy", "mine.ttl", "--json")
    assert (done.code, done.summary["changed"] > 0) == (0, True)


def test_help_names_every_format(tagwright: Any) -> None:
    """The list is written down there, so that help needs no import."""
    said = tagwright("taxonomy", "export", "--help").out
    listed = re.search(r"not tell:\s+(yaml,[\w\s,-]+)\.", said)
    assert listed is not None
    assert re.split(r",\s+", listed[1]) == [one.name for one in FORMATS]
