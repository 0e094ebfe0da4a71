"""Reviewing on a terminal and by script, on real photos."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from tagwright_plugins.cli.main import cli

Tagwright = Callable[..., Any]
Read = Callable[..., dict[str, Any]]

VOCABULARY = """
name: Test
language: en
concepts:
  Colours:
    kinds: [colour]
    narrower: [Red, Green]
  Style: {narrower: [Plain]}
"""
_PATIENCE = 60.0  # s


class Session:
    """A person at a terminal: types, and reads what is shown."""

    def __init__(self, arguments: list[str], folder: Path, env: dict[str, str]) -> None:
        self._shown = ""
        self._pid, self._terminal = pty.fork()
        if self._pid == 0:
            os.chdir(folder)
            command = [sys.executable, "-m", "tagwright_plugins.cli", *arguments]
            os.execve(sys.executable, command, env)

    def until(self, words: str) -> str:
        """Read until some words are shown; return what was shown up to there."""
        end = time.monotonic() + _PATIENCE
        while words not in self._shown:
            ready, _, _ = select.select([self._terminal], [], [], end - time.monotonic())
            assert ready, f"{words!r} was not shown, but {self._shown!r}"
            self._shown += os.read(self._terminal, 65_536).decode()
        place = self._shown.index(words) + len(words)
        seen, self._shown = self._shown[:place], self._shown[place:]
        return seen

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._terminal, keys.encode())

    def end(self) -> int:
        """Wait for the end; return the exit code."""
        while True:
            try:
                if not os.read(self._terminal, 65_536):
                    break
            except OSError:
                break
        _, status = os.waitpid(self._pid, 0)
        self._pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        """End it, however it stands."""
        os.close(self._terminal)
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)


@pytest.fixture
def unsure(tmp_path: Path, tagwright: Tagwright, home: dict[str, str]) -> Path:
    """An album of red and green photos that were tagged by somebody who is never sure."""
    (tmp_path / "mine.yaml").write_text(VOCABULARY, encoding="utf-8")
    (tmp_path / "tagwright.toml").write_text(
        'taxonomy = "mine.yaml"\n[policy]\napply = 1.0\nreview = 0.1\n', encoding="utf-8"
    )
    folder = tmp_path / "album"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (64, 64), (200 - 20 * number, 10, 10)).save(folder / f"red-{number}.jpg")
    Image.new("RGB", (64, 64), (10, 160, 10)).save(folder / "green.jpg")
    done = tagwright("tag", folder)
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def sit(tmp_path: Path, home: dict[str, str]) -> Iterator[Callable[..., Session]]:
    """Begin a review on a terminal."""
    begun: list[Session] = []

    def begin(*arguments: str) -> Session:
        begun.append(
            Session(["review", "--terminal", *arguments], tmp_path, home | {"TERM": "dumb"})
        )
        return begun[-1]

    yield begin
    for session in begun:
        session.close()


def _tags(read: Read, photo: Path) -> list[str]:
    found: list[str] = read(photo, "-XMP-digiKam:TagsList").get("XMP-digiKam:TagsList", [])
    return found


def test_a_session_by_keyboard(
    unsure: Path, sit: Callable[..., Session], read: Read, tagwright: Tagwright
) -> None:
    """Yes to a group but one photo, no to another, which is taken back: so it is in the files."""
    session = sit()
    shown = session.until("[q] quit")
    assert "Colours > Red   3 photos" in shown
    assert str(unsure / "red-2.jpg") in shown
    session.press("3")
    lines = session.until("[q] quit").splitlines()
    (out,) = (line for line in lines if line.startswith(" -3"))
    session.press("y")
    assert "Colours > Green" in session.until("[q] quit")
    session.press("n")
    assert "Colours > Red   1 photo" in session.until("[q] quit")
    session.press("u")
    session.until("Took back: reject")
    session.until("[q] quit")
    session.press("q")
    session.until("Suggestions: 2 accepted")
    assert session.end() == 0
    red = {f"red-{n}.jpg": _tags(read, unsure / f"red-{n}.jpg") for n in range(3)}
    assert red.pop(out.rpartition("/")[2]) == []
    assert list(red.values()) == [["Colours/Red"]] * 2
    assert _tags(read, unsure / "green.jpg") == []
    later = sit()
    assert "by what you decided so far, about" in later.until("[q] quit")
    later.press("q")
    assert later.end() == 0
    assert tagwright("tag", unsure).code == 0
    assert tagwright("status", "--json").summary["review_by_concept"] == {
        "colours/green": 1,
        "colours/red": 1,
    }


def test_refining_makes_a_concept_on_the_spot(
    unsure: Path, sit: Callable[..., Session], read: Read, tmp_path: Path
) -> None:
    """A word that is not in the vocabulary becomes a concept there, and a tag on the photos."""
    session = sit("--branch", "green")
    session.until("[q] quit")
    session.press("r")
    session.until("number or name")
    session.press("Moss\n")
    session.until("neither")
    session.press("c")
    session.until("Below which")
    session.press("green\n")
    session.until("Nothing more waits")
    assert session.end() == 0
    assert "Moss" in (tmp_path / "mine.yaml").read_text()
    assert _tags(read, unsure / "green.jpg") == ["Colours/Green/Moss"]


def test_ctrl_c_keeps_what_was_decided(
    unsure: Path, sit: Callable[..., Session], read: Read
) -> None:
    """The session ends at once; what was accepted is written."""
    session = sit()
    session.until("[q] quit")
    session.press("y")
    session.until("Colours > Green")
    session.press("\x03")
    session.until("Suggestions: 3 accepted")
    assert session.end() == 130
    assert _tags(read, unsure / "red-0.jpg") == ["Colours/Red"]


def test_scripts_accept_and_reject(unsure: Path, tagwright: Tagwright, read: Read) -> None:
    """Below folders or everywhere, shown before, and taken back to the byte."""
    before = {photo.name: photo.read_bytes() for photo in unsure.iterdir()}
    shown = tagwright("accept", "red", unsure, "--dry-run")
    assert shown.out.splitlines()[-1] == "Colours/Red waits on 3 photos."
    done = tagwright("accept", "Colours > Red", unsure / "red-1.jpg", "--json")
    assert (done.code, done.summary["photos"], done.summary["written"]) == (0, 1, 1)
    assert done.objects[0]["path"] == str(unsure / "red-1.jpg")
    assert _tags(read, unsure / "red-1.jpg") == ["Colours/Red"]
    done = tagwright("reject", "red", "--all", "--json")
    assert (done.code, done.summary["photos"]) == (0, 2)
    assert tagwright("tag", unsure, "--force").code == 0
    assert tagwright("accept", "red", "--all", "--json").summary["photos"] == 0
    assert tagwright("review", "--undo", "last").code == 0
    assert tagwright("review", "--undo", "last").code == 0
    assert {photo.name: photo.read_bytes() for photo in unsure.iterdir()} == before
    assert tagwright("accept", "red", "--all", "--dry-run", "--json").summary["photos"] == 3


def test_errors_say_what_to_do(tmp_path: Path) -> None:
    """No terminal, no photos named, no such concept, nothing to take back."""
    there = ["--state", str(tmp_path)]
    for arguments, words in (
        (["review", "--terminal"], "tagwright accept"),
        (["accept", "red"], "--all"),
        (["accept", "red", "--all", "album"], "--all"),
        (["reject", "rde", "--all"], "'Colours > Red'"),
        (["review", "--undo", "last"], "no such decision"),
        (["review", "--terminal", "--branch", "nowhere"], "needs a terminal"),
        (["search", "x", "--branch", "nowhere"], "no concept 'nowhere'"),
    ):
        done = CliRunner().invoke(cli, [*arguments, *there])
        assert (done.exit_code, done.stdout) == (2, ""), arguments
        assert words in done.stderr


def test_what_was_decided_is_found_and_learnt_from(unsure: Path, tagwright: Tagwright) -> None:
    """Search finds what was accepted; with few decisions nothing is proposed, and that is said."""
    assert tagwright("accept", "green", "--all").code == 0
    found = tagwright("search", "green", "--facets")
    assert found.out.splitlines() == [str(unsure / "green.jpg"), "Colours (1): Green 1"]
    summary = tagwright("search", "colours", "--json").summary
    assert (summary["total"], summary["concepts"]) == (1, ["colours"])
    done = tagwright("tune")
    assert (done.code, done.err) == (0, "")
    assert "basics: 1 decision;" in done.out
    assert tagwright("tune", "--json").summary["thin"] == {"basics": 1}
