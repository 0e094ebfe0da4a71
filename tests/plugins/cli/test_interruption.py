"""Ctrl-C and kill -9 in the middle of a run, with a model that counts its calls."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tagwright.pictures import content_key

MODEL = Path(__file__).parents[2] / "benchmarks" / "loopback_model.py"
PHOTOS = 24
AT_ONCE = 4


@dataclass
class Desk:
    """A folder of different photos, a configuration, and a model on loopback."""

    folder: Path
    home: dict[str, str]
    model: subprocess.Popen[str]
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "tagwright_plugins.cli", "tag", str(self.photos), "--json"),
            *("--config", str(self.folder / "tagwright.toml"), "--taxonomy", "family"),
        ]

    def begin(self) -> subprocess.Popen[str]:
        """Start a run and return it once its first photo is through."""
        process = subprocess.Popen(
            self.command(), env=self.home, stdout=subprocess.PIPE, text=True, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline()
        return process

    def finish(self) -> dict[str, Any]:
        """Run to the end and return the summary."""
        done = subprocess.run(
            self.command(), env=self.home, capture_output=True, text=True, timeout=120, check=True
        )
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
def desk(tmp_path: Path, home: dict[str, str], request: pytest.FixtureRequest) -> Iterator[Desk]:
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
        yield Desk(tmp_path, home, model, keys)
        model.kill()


def test_ctrl_c_finishes_what_is_in_hand(desk: Desk) -> None:
    """Exit code 130; the next run does the rest and pays for nothing again."""
    process = desk.begin()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    summary = json.loads(out.splitlines()[-1])
    assert summary["status"] == "interrupted"
    assert len(desk.tagged()) == summary["changed"] < PHOTOS
    desk.finish()
    assert len(desk.tagged()) == PHOTOS
    assert desk.calls() == PHOTOS


@pytest.mark.parametrize("desk", [600], indirect=True)
def test_a_second_ctrl_c_does_not_wait(desk: Desk) -> None:
    """A model that never answers cannot hold a person up; the work is free for the next run."""
    process = subprocess.Popen(
        desk.command(), env=desk.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        deadline = time.monotonic() + 60
        while _status(desk)["photos"].get("working", 0) < AT_ONCE:
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "again to stop at once" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
    assert _status(desk)["photos"] == {"waiting": PHOTOS}
    assert desk.tagged() == []


def test_kill_9_again_and_again(desk: Desk) -> None:
    """No photo damaged, none forgotten, at most the calls in flight paid twice, all undoable."""
    original = {path.name: _digest(path) for path in desk.photos.iterdir()}
    kills = 5
    for _ in range(kills):
        process = desk.begin()
        process.kill()
        process.communicate()
    summary = desk.finish()
    assert summary["failed"] == 0
    assert len(desk.tagged()) == PHOTOS
    assert {path.name: content_key(path) for path in desk.photos.glob("*.jpg")} == desk.keys
    assert desk.calls() <= PHOTOS + kills * AT_ONCE
    for run in _runs(desk):
        command = [sys.executable, "-m", "tagwright_plugins.cli", "undo", "--run", run]
        subprocess.run(command, env=desk.home, check=True, capture_output=True)
    assert {path.name: _digest(path) for path in desk.photos.iterdir()} == original


def _status(desk: Desk) -> dict[str, Any]:
    command = [sys.executable, "-m", "tagwright_plugins.cli", "status", "--json"]
    done = subprocess.run(command, env=desk.home, check=True, capture_output=True)
    status: dict[str, Any] = json.loads(done.stdout)
    return status


def _runs(desk: Desk) -> list[str]:
    runs = _status(desk)["runs"]
    assert [run["status"] for run in runs] == ["done", *["killed"] * (len(runs) - 1)]
    return [run["run"] for run in runs]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
