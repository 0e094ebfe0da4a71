"""What each setting does to keywords, and which switch changes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tagwright_adapters.digikam.behaviour import Behaviour, WritingMode, read_behaviour
from tagwright_adapters.digikam.checking import Case, Finding, judge
from tagwright_adapters.digikam.contents import Contents, count
from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.installation import examine, look

from .making import add_root, make_database, make_settings

GOOD = Behaviour(rescan=True, writes_tags=True)
CASE = Case(GOOD, Contents(photos=10, tagged=4, schema=15), False, False)


def found(case: Case) -> dict[str, Finding]:
    """Return what is not all right, by what it is about."""
    return {one.what: one for one in judge(case) if one.status != "ok"}


def with_(behaviour: Behaviour, **contents: int) -> Case:
    """Return a case with other settings and contents."""
    return replace(CASE, behaviour=behaviour, contents=replace(CASE.contents, **contents))


def rc(tmp_path: Path, *lines: str) -> Path:
    """Make a digikamrc with metadata settings."""
    return make_settings(
        tmp_path / "digikamrc", str(tmp_path), "QSQLITE", "[Metadata Settings]", *lines
    )


def test_all_right() -> None:
    """With both switches on, digiKam 7.9 and nothing but JPEGs there is nothing to say."""
    assert found(CASE) == {}


ADVANCED = Path(__file__).with_name("advanced-7.9.rc")  # as 7.9 wrote it when OK was pressed
LIST, WORDS = "Xmp.digiKam.TagsList", "Xmp.MicrosoftPhoto.LastKeywordXMP"


def off(*names: str) -> list[tuple[str, str]]:
    """Return how to switch fields off, for reading and for writing."""
    return [
        (f"isDisabled=false\nnamespaceName={name}", f"isDisabled=true\nnamespaceName={name}")
        for name in names
    ]


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ([], None, ""),
        (off(LIST, WORDS), None, ""),  # lr is first, which is in step
        (off(LIST), "risk", "reads Xmp.MicrosoftPhoto.LastKeywordXMP first"),
        (off(LIST, WORDS, "Xmp.lr.hierarchicalSubject", "Xmp.mediapro.CatalogSets",
             "Xmp.acdsee.categories"), "risk", "tags have no place in the tree"),
        (off(LIST, "Xmp.lr.hierarchicalSubject", "Xmp.dc.subject"), "stops", "none of the fields"),
        ([("readingAllTags=false", "readingAllTags=true")], "risk", "all fields together"),
    ],
)  # fmt: skip
def test_fields_of_tags(
    tmp_path: Path, changes: list[tuple[str, str]], status: str | None, said: str
) -> None:
    """A choice under Metadata > Advanced that hides keywords is told, with the way back."""
    text = ADVANCED.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    place = rc(tmp_path, "Rescan File If Modified=true", "Save Tags=true", text)
    seen = found(with_(read_behaviour(place)))
    one = seen.pop("fields of tags", None)
    assert (one and one.status) == status
    assert said in (one.said if one else "")
    assert set(seen) == ({"fields that digiKam writes"} if off(LIST)[0] in changes else set())


def test_as_digikam_comes() -> None:
    """As digiKam comes, keywords flow in neither direction."""
    assert {what: one.status for what, one in found(with_(Behaviour())).items()} == {
        "from files to digiKam": "stops",
        "from digiKam to files": "stops",
    }
    for one in found(with_(Behaviour())).values():
        assert one.switch.startswith("Settings > Configure digiKam > Metadata > Behavior: switch")


@pytest.mark.parametrize(
    ("behaviour", "schema", "tagged", "lost"),
    [
        (GOOD, 15, 4, False),  # 7.9 merges
        (GOOD, 16, 4, True),  # 8.6 replaces
        (GOOD, 16, 0, False),  # nothing to lose
        (replace(GOOD, writes_tags=False), 16, 4, False),
        (replace(GOOD, rescan=False), 16, 4, False),
        (replace(GOOD, clears=True), 15, 4, True),
        (replace(GOOD, clears=True, writes_tags=False), 15, 4, True),
        (replace(GOOD, clears=True, rescan=False), 15, 4, False),
    ],
)
def test_what_would_be_lost(behaviour: Behaviour, schema: int, tagged: int, lost: bool) -> None:
    """Tags of the database alone are at risk where digiKam replaces, and only there."""
    one = found(with_(behaviour, schema=schema, tagged=tagged)).get("tags in the database alone")
    assert (one is not None) is lost
    if one is not None:
        assert one.status == "risk"
        assert "4 photos" in one.said
        assert "tagwright digikam sync" in one.switch


def test_sidecars_that_nobody_reads() -> None:
    """Not reading sidecars matters where keywords are in some, and only there."""
    assert "sidecars" not in found(CASE)
    reading = replace(GOOD, reads_sidecars=True)
    for case, why in (
        (with_(GOOD, beside=3), "3 of 10 photos"),
        (replace(CASE, writes_sidecars_only=True), "Tagwright is set"),
        (with_(replace(GOOD, mode=WritingMode.BOTH)), "does not read"),
    ):
        one = found(case)["sidecars"]
        assert one.status == "stops"
        assert why in one.said
        assert one.switch.endswith("Sidecars: switch on 'Read from sidecar files'")
        behaviour = replace(reading, mode=case.behaviour.mode)
        assert "sidecars" not in found(replace(case, behaviour=behaviour))


def test_names_of_sidecars() -> None:
    """Short names are the only ones that digiKam 8 reads once they are asked for."""
    reading = replace(GOOD, reads_sidecars=True)
    short = replace(CASE, writes_short_names=True)
    assert "names of sidecars" not in found(replace(short, behaviour=GOOD))  # none are read
    assert "names of sidecars" not in found(with_(reading))
    assert found(replace(short, behaviour=reading))["names of sidecars"].status == "note"
    forced = replace(reading, short_names=True)
    assert found(with_(forced))["names of sidecars"].status == "stops"
    assert 'sidecar_name = "short"' in found(with_(forced))["names of sidecars"].switch
    assert "names of sidecars" not in found(replace(short, behaviour=forced))


def test_times() -> None:
    """What only delays is a note."""
    slow = replace(GOOD, lazy=True, touches=False, scans_at_start=False)
    assert {what: one.status for what, one in found(with_(slow)).items()} == {
        "time of writing": "note",
        "time of files": "note",
        "look at start": "note",
    }


def test_reading_settings(tmp_path: Path) -> None:
    """Every switch is read, also where an administrator has marked it; other values are off."""
    assert read_behaviour(rc(tmp_path)) == Behaviour(version="8.6.0")
    lines = (
        "Rescan File If Modified[$i]=true",
        "Clear Metadata If Rescan=1",
        "Save Tags=On",
        "Use Lazy Synchronization=yes",
        "Update File Timestamp=false",
        "Use XMP Sidecar For Reading=TRUE",
        "Use Compatible File Name=true",
        "Metadata Writing Mode=3",
        "[General Settings]",
        "Scan At Start=false",
    )
    assert read_behaviour(rc(tmp_path, *lines)) == Behaviour(
        rescan=True,
        clears=True,
        writes_tags=True,
        lazy=True,
        touches=False,
        reads_sidecars=True,
        short_names=True,
        mode=WritingMode.SIDECAR_FOR_READ_ONLY,
        scans_at_start=False,
        version="8.6.0",
    )
    odd = ("Rescan File If Modified=perhaps", "Save Tags=", "Metadata Writing Mode=9")
    assert read_behaviour(rc(tmp_path, *odd)) == Behaviour(version="8.6.0")


def test_broken_settings(tmp_path: Path) -> None:
    """What is no settings file says so."""
    path = tmp_path / "digikamrc"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DigikamError, match="cannot be read as digiKam's settings"):
        read_behaviour(path)


def test_figures(tmp_path: Path) -> None:
    """Deleted photos, labels of digiKam's own and names without pictures do not count."""
    database = make_database(tmp_path / "digikam4.db", (10, 0, "Beach"), photos={10: 2, 2: 3})
    assert count(database) == Contents(photos=5, beside=0, tagged=2, schema=16)


def test_the_version(tmp_path: Path) -> None:
    """Settings tell the version that made them, the database that of the newest program."""
    database = make_database(tmp_path / "digikam4.db", settings={"DBVersion": "15"})
    assert look(database).version == "before 8"
    made = rc(tmp_path)
    assert look(made).version == "8.6.0"
    made.write_text(made.read_text().replace("8.6.0", "7.9.0"))
    assert look(made).version == "7.9.0"
    database.unlink()
    make_database(database)
    assert look(made).version == "8 or newer"


def test_collections(tmp_path: Path) -> None:
    """A collection that is away is a note; only when none is there does nothing flow."""
    database = make_database(tmp_path / "digikam4.db")
    made = rc(tmp_path)

    def said() -> list[tuple[str, str]]:
        findings = examine(look(made), writes_sidecars_only=False, writes_short_names=False)
        return [(one.status, one.said) for one in findings if one.what.startswith("collection")]

    assert said() == [("stops", "there is none, so digiKam shows no photos")]
    add_root(database, "volumeid:?uuid=1", label="Away")
    assert said() == [("note", "Away: its disk is not mounted"), ("stops", "none is there")]
    add_root(database, f"volumeid:?path={tmp_path}", label="Here")
    assert said() == [("note", "Away: its disk is not mounted"), ("ok", f"Here: {tmp_path}")]
