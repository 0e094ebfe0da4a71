"""digiKam's tags as the vocabulary."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.digikam.making import add_tags, make_database, make_settings

from .conftest import Tagwright

TREE = (
    (10, 0, "Farben"),
    (11, 10, "BROWN"),
    (12, 3, "Anna Brown", "person"),
    (13, 0, "Orte"),
    (14, 13, "Paris"),
    (15, 0, "Hotels"),
    (16, 15, "Paris"),
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A digiKam's database, named by its settings in the usual place."""
    make_settings(tmp_path / "config/digikamrc", str(tmp_path))
    return make_database(tmp_path / "digikam4.db", *TREE)


@pytest.fixture
def linked(tmp_path: Path, tagwright: Tagwright, database: Path) -> Tagwright:
    """The command line with the live link configured."""
    (tmp_path / "tagwright.toml").write_text('taxonomy = "digikam:"\n')
    return tagwright


def test_tags_are_written_as_digikam_has_them(
    linked: Tagwright, album: Path, read: Callable[..., dict[str, Any]]
) -> None:
    """Where they hang and how they are spelt; never a person, whatever the name."""
    done = linked("tag", album)
    assert done.code == 0, done.err
    coffee = read(album / "coffee.jpg", "-XMP-digiKam:TagsList", "-XMP-dc:Subject")
    assert coffee == {"XMP-digiKam:TagsList": ["Farben/BROWN"], "XMP-dc:Subject": ["BROWN"]}


def test_new_tags_are_known_at_the_next_run(
    linked: Tagwright, album: Path, database: Path, read: Callable[..., dict[str, Any]]
) -> None:
    """What is made, renamed and moved in digiKam in between counts."""
    assert linked("tag", album).code == 0
    with closing(sqlite3.connect(database)) as digikam:
        add_tags(digikam, [(20, 0, "Stil"), (21, 20, "black and white")])
        digikam.commit()
    assert linked("tag", album).code == 0
    grass = read(album / "grass-bw.jpg", "-XMP-digiKam:TagsList")
    assert grass == {"XMP-digiKam:TagsList": ["Stil/black and white"]}
    with closing(sqlite3.connect(database)) as digikam:
        digikam.execute("UPDATE Tags SET name = 'Braun', pid = 20 WHERE id = 11")
        digikam.execute("INSERT INTO Tags (id, pid, name) VALUES (22, 0, 'brown things')")
        digikam.commit()
    shown = linked("taxonomy", "show", "digikam:").out
    assert "Stil\n  black and white\n  Braun\n" in shown


def test_the_same_name_twice(linked: Tagwright) -> None:
    """One label of two tags is for a person to decide; its path is not."""
    done = linked("taxonomy", "map", "Paris", "Hotels/Paris", "Orte > Paris", "--json")
    assert done.code == 0, done.err
    one, hotel, place = done.objects
    assert one["decision"] == "review"
    assert {tuple(path) for path in (one["path"], *(other["path"] for other in one["others"]))} == {
        ("Orte", "Paris"),
        ("Hotels", "Paris"),
    }
    assert (hotel["path"], place["path"]) == (["Hotels", "Paris"], ["Orte", "Paris"])


def test_it_is_changed_in_digikam(linked: Tagwright) -> None:
    """A vocabulary that is digiKam's cannot be edited here."""
    done = linked("taxonomy", "proposals", "adopt", "couch", "--under", "Orte")
    assert done.code == 2
    assert "Make the tag in digiKam" in done.err
    checked = linked("taxonomy", "check", "digikam:")
    assert checked.code == 0, checked.err
    assert "digiKam: 6 concepts" in checked.out


def test_a_link_that_leads_nowhere(tagwright: Tagwright, tmp_path: Path, album: Path) -> None:
    """No digiKam is a missing program, one without tags a vocabulary that cannot be used."""
    done = tagwright("tag", album, "--taxonomy", "digikam:")
    assert done.code == 3
    assert "no settings of digiKam" in done.err
    make_database(tmp_path / "digikam4.db")
    done = tagwright("tag", album, "--taxonomy", f"digikam:{tmp_path}")
    assert done.code == 2
    assert "digiKam has no tags of yours yet" in done.err


def test_import(tagwright: Tagwright, database: Path, tmp_path: Path) -> None:
    """The tags as a file or on the terminal, by their own command."""
    done = tagwright("digikam", "import-taxonomy", "mine.yml", "--language", "de")
    assert done.code == 0, done.err
    assert "digiKam: 6 concepts, written to mine.yml" in done.err
    text = (tmp_path / "mine.yml").read_text()
    assert "language: de" in text
    assert "Anna" not in text
    assert tagwright("digikam", "import-taxonomy", "mine.yml").code == 2
    printed = tagwright("digikam", "import-taxonomy", "--database", database, "--language", "de")
    assert printed.out == text
