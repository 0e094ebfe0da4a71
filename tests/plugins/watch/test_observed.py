"""A daemon that lives in a process of its own, as systemd and Prometheus see it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

_PATIENCE = 40.0  # s
Line = dict[str, Any]


@dataclass
class Living:
    """The process, what it logs and what it tells systemd."""

    process: subprocess.Popen[bytes]
    log: Path
    systemd: socket.socket
    photos: Path

    def line(self, fits: Callable[[Line], object]) -> Line:
        """Wait for a line of the log."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            for text in self.log.read_text().splitlines(keepends=True):
                line: Line = json.loads(text) if text.endswith("\n") else {"message": ""}
                if fits(line):
                    return line
            time.sleep(0.02)
        raise AssertionError(self.log.read_text())

    def status(self) -> str:
        """Return what ``tagwright status`` says."""
        state = str(self.photos.parent / "state")
        command = [sys.executable, "-m", "tagwright_plugins.cli", "status", "--state", state]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def heard(self, wanted: str) -> str:
        """Wait for a word to systemd."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if wanted in (said := self.systemd.recv(999).decode()):
                return said
        raise AssertionError(wanted)


@pytest.fixture
def living(tmp_path: Path, photos: Path) -> Iterator[Living]:
    """A daemon under a systemd that listens, with one folder and one photo in it."""
    (tmp_path / "tagwright.toml").write_text('[watch]\nlisten = "127.0.0.1:0"\nlog = "json"\n')
    folder = tmp_path / "photos"
    folder.mkdir()
    first = min(photos.glob("*.jpg"))
    (folder / "first.jpg").write_bytes(first.read_bytes())
    options = ["--config", str(tmp_path / "tagwright.toml"), "--state", str(tmp_path / "state")]
    command = [sys.executable, "-m", "tagwright_plugins.cli", "watch", *options, str(folder)]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(_PATIENCE)
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"}
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, stderr=log, env={**os.environ, **told})
        try:
            yield Living(process, tmp_path / "log", listening, folder)
        finally:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_life_under_systemd(living: Living) -> None:
    """Ready, alive, tags a photo, reads its configuration anew, and ends when asked to."""
    assert "STATUS=" in living.heard("READY=1")
    living.heard("WATCHDOG=1")
    said = living.line(lambda line: line["message"].startswith("Health and metrics: "))
    url = said["message"].partition(": ")[2]
    photo = living.line(lambda line: line.get("outcome") == "tagged")
    assert photo["photo"].endswith("/photos/first.jpg")
    assert photo["run"] in photo["message"]
    assert photo["tags"]
    with httpx.Client(base_url=url) as client:
        ready = client.get("/readyz")
        assert ready.status_code == 200, ready.text
        assert ready.json()["run"] == photo["run"]
        assert client.get("/healthz").json()["alive"] is True
        metrics = client.get("/metrics").text
        assert "first.jpg" not in metrics
        assert 'tagwright_photos{state="failed"} 0.0' in metrics
    assert "Watching: live since 20" in living.status()
    living.process.send_signal(signal.SIGHUP)
    living.heard("RELOADING=1")
    living.heard("READY=1")
    living.process.terminate()
    living.heard("STOPPING=1")
    assert living.process.wait(_PATIENCE) == 0
    assert "Watching: no daemon runs" in living.status()
