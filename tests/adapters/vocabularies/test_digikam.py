"""digiKam's tag tree as a taxonomy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.adapters.digikam.making import Row, make_database

from tagwright.errors import TaxonomyError
from tagwright.taxonomy import Severity, Taxonomy, dump_taxonomy, parse_taxonomy
from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.vocabularies.counting import dump_counted
from tagwright_adapters.vocabularies.digikam import from_digikam
from tagwright_adapters.vocabularies.vocabulary import Vocabulary

TREE: tuple[Row, ...] = (
    (10, 0, "Orte"),
    (11, 10, "Österreich"),
    (12, 11, "Wien"),
    (13, 0, "Tiere"),
    (14, 13, "Katze"),
)


def imported(tmp_path: Path, *rows: Row, **more: object) -> Vocabulary:
    """Import a database with these tags."""
    path = make_database(tmp_path / "digikam4.db", *rows, **more)  # type: ignore[arg-type]  # passed on
    return from_digikam(path, language="de")


def paths(taxonomy: Taxonomy) -> list[str]:
    """Return all paths."""
    return ["/".join(taxonomy.path(concept.id)) for concept in taxonomy]


def said(one: Vocabulary) -> str:
    """Return all remarks."""
    assert all(remark.cure and remark.severity is Severity.WARNING for remark in one.warnings)
    return "\n".join(map(str, one.warnings))


def test_the_tree(tmp_path: Path) -> None:
    """Names, hierarchy and language; siblings by the alphabet; internal tags and people not."""
    one = imported(tmp_path, *TREE, photos={12: 3, 14: 1})
    assert paths(one.taxonomy) == [
        "Orte",
        "Orte/Österreich",
        "Orte/Österreich/Wien",
        "Tiere",
        "Tiere/Katze",
    ]
    assert one.taxonomy["digikam-9d0fa3d5/14"].labels == {"de": "Katze"}
    assert one.photos["digikam-9d0fa3d5/12"] == 3
    assert one.warnings == ()


def test_it_is_a_file(tmp_path: Path) -> None:
    """The taxonomy is the same after it was written and read, with the counts beside it."""
    one = imported(tmp_path, *TREE, photos={12: 1234, 14: 1})
    for text in (dump_taxonomy(one.taxonomy), dump_counted(one)):
        assert parse_taxonomy(text).key == one.taxonomy.key
    assert "Wien: {id: digikam-9d0fa3d5/12}  # 1,234 photos\n" in dump_counted(one)
    assert "Katze: {id: digikam-9d0fa3d5/14}  # 1 photo\n" in dump_counted(one)
    assert "Tiere:\n" in dump_counted(one)


def test_identifiers_outlive_renaming_and_moving(tmp_path: Path) -> None:
    """What was rejected under a tag stays rejected when its name or place changes in digiKam."""
    before = imported(tmp_path, *TREE)
    with closing(sqlite3.connect(tmp_path / "digikam4.db")) as digikam:
        digikam.execute("UPDATE Tags SET name = 'Hauskatze', pid = 0 WHERE id = 14")
        digikam.commit()
    after = from_digikam(tmp_path)
    assert after.taxonomy.path("digikam-9d0fa3d5/14") == ("Hauskatze",)
    assert {c.id for c in after.taxonomy} == {c.id for c in before.taxonomy}


def test_a_new_database_has_other_identifiers(tmp_path: Path) -> None:
    """Number 14 of a new database is another tag: nothing of the old one may be held against it."""
    old = imported(tmp_path, *TREE)
    (tmp_path / "digikam4.db").unlink()
    other = {"databaseUUID": "{00000000-1111-4222-8333-444444444444}"}
    new = imported(tmp_path, (14, 0, "Strand"), settings=other)
    assert not {c.id for c in old.taxonomy} & {c.id for c in new.taxonomy}


def test_people_and_what_is_below_them(tmp_path: Path) -> None:
    """Whoever has a face is left out, and a heading of nothing else; other tags there stay."""
    one = imported(
        tmp_path,
        *TREE,
        (20, 3, "Anna", "person faceEngineId"),
        (21, 20, "mit Hut"),
        (22, 0, "Familie"),
        (23, 22, "Oma", "person"),
        (24, 22, "Enge"),
        (25, 24, "Opa", "person"),
        (26, 0, "Menge"),
        (27, 26, "Bert", "person"),
        photos={26: 1},
    )
    assert [path for path in paths(one.taxonomy) if not path.startswith(("Orte", "Tiere"))] == [
        "Menge"
    ]


def test_a_persons_heading_with_other_tags(tmp_path: Path) -> None:
    """A tag of one's own below "People" keeps its path."""
    one = imported(tmp_path, (20, 3, "Anna", "person"), (21, 3, "Gruppe"))
    assert paths(one.taxonomy) == ["Personen", "Personen/Gruppe"]


def test_our_own_tags(tmp_path: Path) -> None:
    """What Tagwright keeps in digiKam for itself is no vocabulary."""
    assert paths(
        imported(tmp_path, *TREE, (20, 0, "Tagwright"), (21, 20, "To review")).taxonomy
    ) == (paths(imported_again(tmp_path, *TREE).taxonomy))


def imported_again(tmp_path: Path, *rows: Row) -> Vocabulary:
    """Import another database."""
    (tmp_path / "again").mkdir()
    return imported(tmp_path / "again", *rows)


def test_same_to_a_reader(tmp_path: Path) -> None:
    """Case makes two tags in digiKam and one concept: the spelling of most photos, the older id."""
    one = imported(
        tmp_path,
        (10, 0, "strand"),
        (11, 0, "Strand"),
        (12, 10, "Muschel"),
        (13, 11, "Muschel"),
        photos={10: 3, 11: 412, 12: 1, 13: 2},
    )
    assert paths(one.taxonomy) == ["Strand", "Strand/Muschel"]
    assert one.photos == {"digikam-9d0fa3d5/10": 415, "digikam-9d0fa3d5/12": 3}
    assert "'Strand' (414), 'strand' (4) are one concept here, 'Strand'" in said(one)
    assert said(one).count("\n") == 0


@pytest.mark.parametrize(
    ("name", "label", "why"),
    [
        (" Lead", "Lead", "has spaces around it"),
        ("two  spaces", "two spaces", "several in a row"),
        ("Xa|Xb", "Xa-Xb", r"contains '|'"),
        ("a/b", "a-b", r"contains '/'"),
        ("line\nbreak", "line break", "control character"),
        ("Cafe\u0301", "Café", "decomposed characters"),
        (r"AC\DC live", r"AC\DC live", ""),
    ],
)
def test_names_that_are_no_labels(tmp_path: Path, name: str, label: str, why: str) -> None:
    """The nearest label is taken, and the difference is told."""
    one = imported(tmp_path, (10, 0, name), (11, 10, "Below"))
    assert one.taxonomy.path("digikam-9d0fa3d5/11") == (label, "Below")
    assert why in said(one)
    assert bool(why) == bool(one.warnings)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("x" * 300, "is 300 characters long"),
        ("...", "no letter, digit or symbol"),
        (b"caf\xe9 au lait", "cannot"),
        ("", "is empty"),
    ],
)
def test_names_without_any_label(tmp_path: Path, name: str | bytes, why: str) -> None:
    """What cannot be mended is left out with all below it, and said."""
    one = imported(tmp_path, *TREE, (20, 0, name), (21, 20, "Below"))
    if why != "cannot":
        assert len(one.taxonomy) == len(TREE)
        assert said(one).count("is left out") == 2
        assert why in said(one)
    else:
        assert one.taxonomy.path("digikam-9d0fa3d5/21") == ("caf au lait", "Below")


def test_circles_and_orphans(tmp_path: Path) -> None:
    """A damaged tree ends nowhere: what has no place in it is named and left out."""
    one = imported(
        tmp_path,
        *TREE,
        (20, 22, "A"),
        (21, 20, "B"),
        (22, 21, "C"),
        (23, 23, "Itself"),
        (24, 999, "Orphan"),
        (25, None, "Nowhere"),
    )
    assert len(one.taxonomy) == len(TREE)
    assert "what has no place in digiKam's tree is left out (6)" in said(one)
    assert "'A', 'B', 'C', 'Itself', 'Orphan', …" in said(one)


def test_the_root_that_mysql_has(tmp_path: Path) -> None:
    """A database that came from MySQL has a tag for the root, numbered 0."""
    one = imported(tmp_path, *TREE, (0, -1, "_Digikam_root_tag_"))
    assert len(one.taxonomy) == len(TREE)
    assert one.warnings == ()


def test_too_deep(tmp_path: Path) -> None:
    """A taxonomy holds 32 levels; the rest is left out in one remark."""
    rows: list[Row] = [(10, 0, "Level 1")]
    rows += [(n + 9, n + 8, f"Level {n}") for n in range(2, 5000)]
    one = imported(tmp_path, *rows)
    assert len(one.taxonomy) == 32
    assert said(one).count("more than 32 levels deep") == 1
    parse_taxonomy(dump_taxonomy(one.taxonomy))


def test_newer_than_known(tmp_path: Path) -> None:
    """A newer database is read, with a warning."""
    one = imported(tmp_path, *TREE, settings={"DBVersion": "17"})
    assert "version 17, and 16 is the newest that is known" in said(one)
    assert "digikam/14" in one.taxonomy
    assert len(one.taxonomy) == len(TREE)


def test_nothing_of_ones_own(tmp_path: Path) -> None:
    """A digiKam that is just installed has no vocabulary to take over."""
    with pytest.raises(TaxonomyError, match="digiKam has no tags of yours yet") as caught:
        imported(tmp_path)
    assert caught.value.exit_code == 2


def test_errors_pass_through(tmp_path: Path) -> None:
    """Without a database there is no taxonomy."""
    with pytest.raises(DigikamError):
        from_digikam(tmp_path)
