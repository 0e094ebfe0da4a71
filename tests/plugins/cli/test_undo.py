"""``tagwright undo`` as a person runs it: what is chosen, what stays, and the way back."""

from __future__ import annotations

import hashlib
import os
import pty
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.plugins.fork_server import ForkServer

from .conftest import Done

Tagwright = Callable[..., Done]
Read = Callable[..., dict[str, Any]]

TAGS = "XMP-digiKam:TagsList"
SQUARE = "Style & Technique/Square"
MONOCHROME = "Style & Technique/Black and white"


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.jpg")
    }


def _tags(read: Read, photo: Path) -> Any:
    return read(photo, f"-{TAGS}").get(TAGS)


@pytest.fixture
def tagged(tagwright: Tagwright, album: Path) -> Path:
    """Three photos of which two have two tags and one has one."""
    assert tagwright("tag", album).code == 0
    return album


def test_an_undo_can_be_undone_and_done_again(tagwright: Tagwright, album: Path) -> None:
    """There and back to the byte, provenance included; the next run does not do it over."""
    original = _digests(album)
    tagwright("tag", album)
    tagged = _digests(album)
    undone = tagwright("undo", "--run", "last", "--json").summary
    assert (undone["restored"], _digests(album)) == (3, original)
    again = tagwright("tag", album, "--json").summary
    assert (again["queued"], again["changed"], _digests(album)) == (0, 0, original)
    back = tagwright("undo", "--run", undone["run"], "--json").summary
    assert (back["restored"], _digests(album)) == (3, tagged)
    assert tagwright("undo", "--run", "last", "--json").summary["restored"] == 3
    assert _digests(album) == original


def test_some_tags_of_a_run(tagwright: Tagwright, tagged: Path, read: Read) -> None:
    """By concept: other tags of the same photos stay, and what was taken can come back."""
    before = _digests(tagged)
    done = tagwright("undo", "--concept", "square", "--yes", "--json").summary
    assert done["restored"] == 2
    assert _tags(read, tagged / "grass-bw.jpg") == [MONOCHROME]
    notes = read(tagged / "grass-bw.jpg", "-XMP-tagwright:Tags")["XMP-tagwright:Tags"]
    assert [note["Path"] for note in notes] == [MONOCHROME]
    assert _digests(tagged)["coffee.jpg"] == before["coffee.jpg"]
    tagwright("undo", "--run", done["run"], "--yes")
    assert _digests(tagged) == before


def test_all_that_is_given_must_hold(tagwright: Tagwright, tagged: Path, read: Read) -> None:
    """Concept with all below it, tagger, day and folder together."""
    some = ("--concept", "Style & Technique", "--tagger", "basics", "--since", "2020-01-01")
    nothing = tagwright("undo", *some, "--until", "2020-01-02", "--yes", "--json")
    assert nothing.summary["restored"] == 0
    done = tagwright("undo", *some, tagged / "deep", "--yes", "--json").summary
    assert done["restored"] == 1
    assert _tags(read, tagged / "deep" / "photographer-bw.jpg") is None
    assert _tags(read, tagged / "grass-bw.jpg") == [MONOCHROME, SQUARE]


def test_what_cannot_be_meant_is_said(tagwright: Tagwright) -> None:
    """Usage errors, with what to do."""
    wrong = {
        (): "say what to take back",
        ("--day", "yesterday"): "is no day",
        ("--day", "2026-11-25", "--since", "2026-11-24"): "exclude each other",
    }
    for arguments, said in wrong.items():
        done = tagwright("undo", *arguments, "--yes")
        assert (done.code, said in done.err) == (2, True), done.err


def test_what_people_touched_since_stays(tagwright: Tagwright, tagged: Path, read: Read) -> None:
    """A tag they deleted is a rejection, one they spelt anew is theirs, and others go."""
    deleted, respelt = tagged / "grass-bw.jpg", tagged / "deep" / "photographer-bw.jpg"
    exiftool = ("exiftool", "-q", "-overwrite_original")
    subprocess.run([*exiftool, f"-{TAGS}-={SQUARE}", f"-{TAGS}+=Mine", deleted], check=True)
    other = MONOCHROME.upper()
    subprocess.run([*exiftool, f"-{TAGS}-={MONOCHROME}", f"-{TAGS}+={other}", respelt], check=True)
    done = tagwright("undo", "--run", "last", "--json")
    left = {
        Path(row["path"]).name: [("/".join(one["path"]), one["why"]) for one in row["left"]]
        for row in done.objects
        if row["type"] == "photo"
    }
    assert left["grass-bw.jpg"] == [(SQUARE, "a person deleted it")]
    assert left["photographer-bw.jpg"] == [(MONOCHROME, f"a person made it {other}")]
    assert _tags(read, deleted) == ["Mine"]
    assert _tags(read, respelt) == [other]
    assert tagwright("tag", tagged, "--force").code == 0
    assert _tags(read, deleted) == ["Mine", MONOCHROME]


def test_a_person_at_a_terminal_is_asked(
    tagged: Path, tmp_path: Path, home: dict[str, str], commands: ForkServer
) -> None:
    """How much it is comes first; no is the default."""
    before = _digests(tagged)
    for answer, changed in ((b"\n", False), (b"y\n", True)):
        leader, follower = pty.openpty()
        os.write(leader, answer)
        with os.fdopen(follower, "rb") as terminal:
            done = commands.run(["undo", "--run", "last"], tmp_path, home, stdin=terminal)
        os.close(leader)
        assert done.returncode == 0, done.stderr
        assert "5 tags on 3 photos" in done.stdout
        assert "Take this back?" in done.stdout
        assert (_digests(tagged) != before) is changed
