"""``tagwright immich`` as a person runs it, with an Immich and a model on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.adapters.immich.server import KEY, VERSIONS, ImmichServer
from tests.plugins.watch.living.model import Model, serving
from tests.plugins.watch.living.waiting import wait_until

POLLING = 'poll = 1\nlisten = "none"'
COMMAND = (sys.executable, "-m", "tagwright_plugins.cli")


@dataclass
class House:
    """A server, a model, the configuration of ``serve`` and its log."""

    home: Path
    immich: ImmichServer
    model: Model
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> str:
        path = self.home / "log"
        return path.read_text() if path.exists() else ""

    def configure(self, text: str = "", immich: str = "") -> None:
        """Write the configuration anew."""
        (self.home / "tagwright.toml").write_text(
            'taggers = ["openai-compatible:loopback"]\n'
            f"{text}\n"
            f'[tagger.openai-compatible]\nbase_url = "{self.model.url}"\nconcurrency = 4\n'
            '[bursts]\nshare = false\n[watch]\nlisten = "none"\n'
            f'[immich]\naddress = "{self.immich.url}"\n{immich or POLLING}\n'
        )

    @contextmanager
    def living(self) -> Iterator[subprocess.Popen[bytes]]:
        """Let it serve; at the end it is gone, however that came."""
        said = len(self.log)
        with (self.home / "log").open("ab") as log:
            daemon = subprocess.Popen(
                [*COMMAND, "immich", "serve"], cwd=self.home, env=self.environment, stderr=log
            )
        try:
            wait_until(lambda: "Watching" in self.log[said:] or daemon.poll() is not None)
            yield daemon
        finally:
            daemon.kill()
            daemon.wait()

    def end(self, daemon: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        daemon.send_signal(number)
        return daemon.wait(timeout=30)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command beside it."""
        return subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.home,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(params=VERSIONS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An account with nothing in it, on a server of each version; nobody serves yet."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAGWRIGHT_", "XDG_"))}
    places = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    secrets = {"IMMICH_API_KEY": KEY, "PYTHONWARNINGS": "error"}
    immich = ImmichServer(request.param)
    immich.start()
    immich.run()
    with serving() as model:
        made = House(tmp_path, immich, model, kept | places | secrets)
        made.configure()
        yield made
    immich.stop()
    assert immich.faults == []
