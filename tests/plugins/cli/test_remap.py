"""``tagwright remap`` as a person runs it."""

from __future__ import annotations

import hashlib
import os
import pty
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.plugins.fork_server import ForkServer

from .conftest import TAXONOMY, Done

Tagwright = Callable[..., Done]
Read = Callable[..., dict[str, Any]]

RENAMED = TAXONOMY.replace("Colours:", "Farben:\n    id: colours").replace(
    "      Brown:\n", "      Braun: {id: colours/brown, also: brown}\n"
)


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*.jpg")
    }


def test_a_changed_vocabulary_is_shown_applied_and_undone(
    tagwright: Tagwright, album: Path, tmp_path: Path, read: Read
) -> None:
    """The difference first; nothing without --yes; then the tags move; then they move back."""
    tagwright("tag", album, "--taxonomy", "mine.yaml")
    tagged = _digests(album)
    (tmp_path / "mine.yaml").write_text(RENAMED, encoding="utf-8")
    shown = tagwright("remap", "--taxonomy", "mine.yaml")
    assert shown.code == 0
    assert "Farben/Braun" in shown.out
    assert "--yes" in shown.err
    assert _digests(album) == tagged
    done = tagwright("remap", "--taxonomy", "mine.yaml", "--yes", "--json")
    assert done.summary["changed"] == 1
    assert {"type": "tag", "path": ["Colours", "Brown"], "added": 0, "withdrawn": 1, "kept": 0} in (
        done.objects
    )
    assert read(album / "coffee.jpg", "-XMP-digiKam:TagsList")["XMP-digiKam:TagsList"] == [
        "Farben/Braun"
    ]
    again = tagwright("remap", "--taxonomy", "mine.yaml", "--yes")
    assert "Nothing to change" in again.out
    assert tagwright("undo", "--run", "last").code == 0
    assert _digests(album) == tagged


def test_explain_shows_each_photo(tagwright: Tagwright, album: Path, tmp_path: Path) -> None:
    """Which photo, what comes and why, what goes."""
    tagwright("tag", album, "--taxonomy", "mine.yaml")
    (tmp_path / "mine.yaml").write_text(RENAMED, encoding="utf-8")
    shown = tagwright("remap", "--taxonomy", "mine.yaml", "--explain", "--dry-run")
    lines = shown.out.splitlines()
    photo = lines.index(f"{album}/coffee.jpg")
    assert lines[photo + 1].startswith("  + Farben/Braun 0.")
    assert lines[photo + 2] == "  - Colours/Brown"
    assert lines[-1] == "Dry run: nothing was changed."


def test_nothing_tagged_yet(tagwright: Tagwright) -> None:
    """Says where to begin."""
    done = tagwright("remap")
    assert (done.code, "tagwright tag" in done.out) == (0, True)


def test_only_photos_below_a_folder(tagwright: Tagwright, album: Path, tmp_path: Path) -> None:
    """A path narrows it; one below which nothing was tagged says so."""
    tagwright("tag", album, "--taxonomy", "mine.yaml")
    some = tagwright("remap", album / "deep", "--taxonomy", "mine.yaml", "--json")
    assert some.summary["photos"] == 1
    none = tagwright("remap", tmp_path / "elsewhere", "--taxonomy", "mine.yaml", "--json")
    assert none.summary["photos"] == 0


def test_a_person_at_a_terminal_is_asked(
    tagwright: Tagwright, album: Path, tmp_path: Path, home: dict[str, str], commands: ForkServer
) -> None:
    """No is the default; yes applies."""
    tagwright("tag", album, "--taxonomy", "mine.yaml")
    tagged = _digests(album)
    (tmp_path / "mine.yaml").write_text(RENAMED, encoding="utf-8")
    for answer, changed in ((b"\n", False), (b"y\n", True)):
        leader, follower = pty.openpty()
        os.write(leader, answer)
        with os.fdopen(follower, "rb") as terminal:
            done = commands.run(
                ["remap", "--taxonomy", "mine.yaml"], tmp_path, home, stdin=terminal
            )
        os.close(leader)
        assert done.returncode == 0, done.stderr
        assert "Apply this?" in done.stdout
        assert (_digests(album) != tagged) is changed


def test_tagging_says_what_only_judging_anew_takes_away(
    tagwright: Tagwright, album: Path, tmp_path: Path
) -> None:
    """The new path is added, the old one stays and is counted, with the command that takes it."""
    tagwright("tag", album, "--taxonomy", "mine.yaml")
    (tmp_path / "mine.yaml").write_text(RENAMED, encoding="utf-8")
    done = tagwright("tag", album, "--taxonomy", "mine.yaml")
    assert "no longer fit your vocabulary: 1 " in done.out
    assert "tagwright remap" in done.out
