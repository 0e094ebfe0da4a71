"""Ctrl-C and kill -9 in the middle of a run, with a model that counts its calls."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest
from PIL import Image
from tests.plugins.fork_server import ForkServer, Running

from tagwright.pictures import content_key

MODEL = Path(__file__).parents[2] / "benchmarks" / "loopback_model.py"
PHOTOS = 24
AT_ONCE = 4
TAG = ("tag", "photos", "--json", "--config", "tagwright.toml", "--taxonomy", "family")


@dataclass
class Desk:
    """A folder of different photos, a configuration, and a model on loopback."""

    folder: Path
    home: dict[str, str]
    commands: ForkServer
    model: subprocess.Popen[str]
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    @contextmanager
    def start(self, stream: str) -> Iterator[tuple[Running, IO[str]]]:
        """Start a run and give it with one of its streams."""
        said, says = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), "rw", strict=True))
        with said:
            with says:
                process = self.commands.start(TAG, self.folder, self.home, **{stream: says})
            yield process, said

    def run(self, *arguments: str) -> dict[str, Any]:
        """Run to the end and return the summary."""
        done = self.commands.run(arguments, self.folder, self.home)
        assert done.returncode == 0, done.stderr
        summary: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return summary

    def calls(self) -> int:
        """End the model and return how many requests it answered."""
        out, _ = self.model.communicate()
        return int(out.splitlines()[-1])

    def tagged(self) -> list[str]:
        """Return the photos whose tags another program reads."""
        done = subprocess.run(
            ["exiftool", "-q", "-p", "$FileName", "-if", "$XMP-digiKam:TagsList", str(self.photos)],
            capture_output=True,
            text=True,
            check=False,
        )
        return sorted(done.stdout.split())


@pytest.fixture(params=[0.05])
def desk(
    tmp_path: Path, home: dict[str, str], commands: ForkServer, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    """Photos of a few kilobytes, each different; the parameter is the model's latency in s."""
    (tmp_path / "photos").mkdir()
    keys = {}
    for number in range(PHOTOS):
        path = tmp_path / "photos" / f"{number:02d}.jpg"
        Image.effect_noise((320, 240), 10 + number).save(path)
        keys[path.name] = content_key(path)
    with subprocess.Popen(
        [sys.executable, str(MODEL), str(request.param)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as model:
        assert model.stdout is not None
        url = model.stdout.readline().strip()
        (tmp_path / "tagwright.toml").write_text(
            'taggers = ["openai-compatible:loopback"]\n'
            f'[tagger.openai-compatible]\nbase_url = "{url}"\nconcurrency = {AT_ONCE}\n'
        )
        yield Desk(tmp_path, home, commands, model, keys)
        model.kill()


def test_ctrl_c_finishes_what_is_in_hand(desk: Desk) -> None:
    """Exit code 130; the next run does the rest and pays for nothing again."""
    with desk.start("stdout") as (process, said):
        assert said.readline()  # its first photo is through
        process.send_signal(signal.SIGINT)
        summary = json.loads(said.readlines()[-1])
    assert process.wait(timeout=60) == 130
    assert summary["status"] == "interrupted"
    assert len(desk.tagged()) == summary["changed"] < PHOTOS
    desk.run(*TAG)
    assert len(desk.tagged()) == PHOTOS
    assert desk.calls() == PHOTOS


@pytest.mark.parametrize("desk", [600], indirect=True)
def test_a_second_ctrl_c_does_not_wait(desk: Desk) -> None:
    """A model that never answers cannot hold a person up; the work is free for the next run."""
    with desk.start("stderr") as (process, said):
        deadline = time.monotonic() + 60
        while _status(desk)["photos"].get("working", 0) < AT_ONCE:
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGINT)
        assert "again to stop at once" in said.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert _status(desk)["photos"] == {"waiting": PHOTOS}
    assert desk.tagged() == []


def test_kill_9_again_and_again(desk: Desk) -> None:
    """No photo damaged, none forgotten, at most the calls in flight paid twice, all undoable."""
    original = {path.name: _digest(path) for path in desk.photos.iterdir()}
    kills = 5
    for _ in range(kills):
        with desk.start("stdout") as (process, said):
            assert said.readline()  # its first photo is through
            process.kill()
            process.wait()
    summary = desk.run(*TAG)
    assert summary["failed"] == 0
    assert len(desk.tagged()) == PHOTOS
    assert {path.name: content_key(path) for path in desk.photos.glob("*.jpg")} == desk.keys
    assert desk.calls() <= PHOTOS + kills * AT_ONCE
    for run in _runs(desk):
        desk.run("undo", "--run", run, "--json")
    assert {path.name: _digest(path) for path in desk.photos.iterdir()} == original


def _status(desk: Desk) -> dict[str, Any]:
    return desk.run("status", "--json")


def _runs(desk: Desk) -> list[str]:
    runs = _status(desk)["runs"]
    assert [run["status"] for run in runs] == ["done", *["killed"] * (len(runs) - 1)]
    return [run["run"] for run in runs]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
