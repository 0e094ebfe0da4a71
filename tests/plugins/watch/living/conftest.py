"""``tagwright watch`` as a person runs it, with a model on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.plugins.fork_server import Ended, ForkServer, Running

from .model import Model, serving
from .waiting import wait_until


@dataclass
class Watched:
    """A folder that is watched, the daemon's configuration and its log."""

    home: Path
    model: Model
    commands: ForkServer
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.home / "photos"

    @property
    def log(self) -> str:
        path = self.home / "log"
        return path.read_text() if path.exists() else ""

    def configure(self, text: str = "", watch: str = "") -> None:
        """Write the configuration anew."""
        (self.home / "tagwright.toml").write_text(
            'taggers = ["openai-compatible:loopback"]\n'
            f"{text}\n"
            f'[tagger.openai-compatible]\nbase_url = "{self.model.url}"\nconcurrency = 4\n'
            f'[bursts]\nshare = false\n[watch]\nfolders = ["photos"]\npolling = 0.1\n{watch}\n'
        )

    @contextmanager
    def living(self) -> Iterator[Running]:
        """Let a daemon live; at the end it is gone, however that came."""
        said = len(self.log)
        with (self.home / "log").open("ab") as log:
            daemon = self.commands.start(["watch"], self.home, self.environment, stderr=log)
        try:
            wait_until(lambda: "Watching" in self.log[said:] or daemon.poll() is not None)
            yield daemon
        finally:
            daemon.kill()
            daemon.wait()

    def end(self, daemon: Running, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        daemon.send_signal(number)
        return daemon.wait(timeout=30)

    def put(self, name: str) -> Path:
        """Put a photo into the folder, different from all others."""
        path = self.folder / name
        seed = int.from_bytes(name.encode()[-4:], "big") % 999
        image = Image.effect_noise((160, 120), 10 + seed % 90).convert("RGB")
        path.parent.mkdir(exist_ok=True)
        image.save(path)
        return path

    def run(self, *arguments: str) -> Ended:
        """Run another command beside it."""
        return self.commands.run(arguments, self.home, self.environment, timeout=60)

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return found

    def tagged(self) -> list[str]:
        """Return the photos whose tags another program reads."""
        done = subprocess.run(
            ["exiftool", "-q", "-p", "$FileName", "-if", "$XMP-digiKam:TagsList", self.folder],
            capture_output=True,
            text=True,
            check=False,
        )
        return sorted(done.stdout.split())


@pytest.fixture
def watched(tmp_path: Path, commands: ForkServer) -> Iterator[Watched]:
    """An empty folder; no daemon lives yet."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAGWRIGHT_", "XDG_"))}
    places = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    (tmp_path / "photos").mkdir()
    with serving() as model:
        made = Watched(tmp_path, model, commands, kept | places | {"PYTHONWARNINGS": "error"})
        made.configure()
        yield made
