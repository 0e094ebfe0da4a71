"""Rules that set captions, ratings and albums, as a person sees them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

RULES = """
taxonomy = "mine.yaml"
[[rule]]
name = "Deep"
when.folders = ["deep"]
then.caption = "Far below"
then.rating = 4
then.albums = ["Depths"]
[[rule]]
name = "All"
when.folders = ["album"]
then.rating = 2
"""
VAIN = "Plain folders have no albums; these rules name some in vain: 'Deep'."
FIELDS = ("-XMP-dc:Description", "-XMP-xmp:Rating")
Read = Callable[..., dict[str, Any]]


def _captioned(album: Path, read: Read) -> dict[str, Any]:
    return read(album / "deep" / "photographer-bw.jpg", *FIELDS)


def test_a_dry_run_shows_them(tagwright: Any, album: Path, tmp_path: Path, read: Read) -> None:
    """For people and for scripts; what cannot be is said once at the start, and by doctor."""
    (tmp_path / "tagwright.toml").write_text(RULES, encoding="utf-8")
    done = tagwright("tag", "album", "--dry-run", "--explain")
    assert (done.code, done.err.count(VAIN)) == (0, 1)
    for line in (
        "  rule      Deep: folder deep",
        "            sets caption Far below",
        "            not set: album Depths; this library has no albums",
        "            not set: rating 2; rule 'Deep' came first",
        "  + XMP-dc:Description: Far below",
        "  + XMP-xmp:Rating: 4",
        "1 caption, 3 ratings would be set",
    ):
        assert line in done.out.splitlines()
    objects = tagwright("tag", "album", "--dry-run", "--json").objects
    (photo,) = (one for one in objects if "photographer" in one.get("path", ""))
    assert photo["set"] == [
        {"field": "caption", "value": "Far below"},
        {"field": "rating", "value": "4"},
    ]
    assert photo["rules"][0]["notes"][0] == "sets caption Far below"
    assert VAIN in tagwright("doctor").out
    assert _captioned(album, read) == {}


def test_set_changed_and_taken_back(
    tagwright: Any, album: Path, tmp_path: Path, read: Read
) -> None:
    """Tag, tag again, change the rules, remap, undo both."""
    config = tmp_path / "tagwright.toml"
    config.write_text(RULES, encoding="utf-8")
    original = {path: path.read_bytes() for path in album.rglob("*.jpg")}
    first = tagwright("tag", "album", "--json").summary
    assert (first["captions"], first["ratings"], first["albums"], first["changed"]) == (1, 3, 0, 3)
    assert _captioned(album, read) == {"XMP-dc:Description": "Far below", "XMP-xmp:Rating": 4}
    tagged = {path: path.read_bytes() for path in album.rglob("*.jpg")}
    assert tagwright("tag", "album", "--force", "--json").summary["changed"] == 0
    assert {path: path.read_bytes() for path in album.rglob("*.jpg")} == tagged

    config.write_text(RULES.replace("Far below", "Deep").replace("rating = 2", 'caption = "?"'))
    preview = tagwright("remap", "--dry-run")
    assert VAIN in preview.err
    rows = {tuple(line.split()) for line in preview.out.splitlines()}
    assert ("(captions)", "3", "1", "0") in rows
    assert ("(ratings)", "0", "2", "1") in rows
    second = tagwright("remap", "--yes", "--json").summary
    assert (second["changed"], second["set"], second["unset"]) == (3, 3, 3)
    assert _captioned(album, read) == {"XMP-dc:Description": "Deep", "XMP-xmp:Rating": 4}
    assert tagwright("remap", "--yes").out.endswith("all tags are as your vocabulary says.\n")

    assert tagwright("undo", "--run", second["run"]).code == 0
    assert {path: path.read_bytes() for path in album.rglob("*.jpg")} == tagged
    assert tagwright("undo", "--run", first["run"]).code == 0
    assert {path: path.read_bytes() for path in album.rglob("*.jpg")} == original


def test_what_a_person_wrote_is_left_and_said(
    tagwright: Any, album: Path, tmp_path: Path, read: Read
) -> None:
    """With the reason, for people and for scripts."""
    (tmp_path / "tagwright.toml").write_text(RULES, encoding="utf-8")
    photo = album / "deep" / "photographer-bw.jpg"
    command = ["exiftool", "-q", "-overwrite_original", "-IPTC:Caption-Abstract=Mine", str(photo)]
    subprocess.run(command, check=True, timeout=60)
    done = tagwright("tag", "album", "--explain", "--dry-run")
    assert "  left      caption Far below: a person's is there" in done.out.splitlines()
    objects = {Path(o.get("path", "")).name: o for o in tagwright("tag", "album", "--json").objects}
    assert objects[photo.name]["left"] == [
        {"field": "caption", "value": "Far below", "because": "a person's is there"}
    ]
    assert _captioned(album, read) == {"XMP-xmp:Rating": 4}


def test_impossible_rules_end_the_run_before_it_begins(
    tagwright: Any, album: Path, tmp_path: Path
) -> None:
    """With rule and key."""
    for then, said in (
        ('caption = "A {place}"', "the only placeholder is {caption}"),
        ("rating = 6", "less than or equal to 5"),
        ('albums = " A"', "blank at an end"),
    ):
        (tmp_path / "tagwright.toml").write_text(
            f'[[rule]]\nname = "r"\nwhen.folders = "x"\nthen.{then}\n', encoding="utf-8"
        )
        done = tagwright("tag", "album")
        assert (done.code, said in done.err) == (2, True), done.err
