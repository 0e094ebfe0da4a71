"""``tagwright history``: all that happened to one photo."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from .conftest import Done

Tagwright = Callable[..., Done]


def test_everything_in_the_order_of_time(tagwright: Tagwright, album: Path) -> None:
    """Seen, asked, said, decided, written, undone; under its new name, and once it is gone."""
    photo = album / "coffee.jpg"
    run = tagwright("tag", album, "--json").summary["run"]
    undone = tagwright("undo", "--run", "last", "--json").summary["run"]
    told = tagwright("history", photo, "--json").objects
    kinds = [event["kind"] for event in told]
    assert kinds == ["known as", "seen", "asked", "said", "decided", "wrote", "undid"]
    asked, said, decided, wrote, undid = told[2:]
    assert (asked["tagger"], asked["outcome"], asked["cost_usd"]) == ("basics", "answered", 0.0)
    assert said["labels"][0][0] == "brown"
    assert (decided["outcome"], decided["why"][0]["label"]) == ("withdrawn", "brown")
    assert (wrote["run"], wrote["added"]) == (run, [["Colours", "Brown"]])
    assert (undid["run"], undid["withdrawn"]) == (undone, [["Colours", "Brown"]])
    renamed = photo.rename(album / "renamed.jpg")
    assert [event["kind"] for event in tagwright("history", renamed, "--json").objects] == kinds
    renamed.unlink()
    text = tagwright("history", photo).out
    assert "basics said 'brown' (preferred label)" in text
    assert text.splitlines()[-1].endswith(f"[{undone}]")


def test_what_people_did(tagwright: Tagwright, album: Path) -> None:
    """A deletion and where it was seen."""
    photo = album / "coffee.jpg"
    tagwright("tag", album)
    subprocess.run(["exiftool", "-q", "-overwrite_original", "-XMP:all=", photo], check=True)
    tagwright("tag", album)
    told = tagwright("history", photo, "--json").objects
    assert [e["source"] for e in told if e["kind"] == "rejected"] == ["deleted in the library"]


def test_a_photo_without_history(tagwright: Tagwright, album: Path) -> None:
    """Says so, and what to do."""
    done = tagwright("history", album / "coffee.jpg")
    assert (done.code, "nothing is on record" in done.err) == (1, True)
