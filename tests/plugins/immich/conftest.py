"""``tagwright immich`` as a person runs it, with an Immich and a model on loopback."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.adapters.immich.server import KEY, VERSIONS, ImmichServer
from tests.plugins.fork_server import Ended, ForkServer, Running
from tests.plugins.watch.living.model import Model, serving
from tests.plugins.watch.living.waiting import wait_until

POLLING = 'poll = 1\nlisten = "none"'


@dataclass
class House:
    """A server, a model, the configuration of ``serve`` and its log."""

    home: Path
    immich: ImmichServer
    model: Model
    commands: ForkServer
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> str:
        path = self.home / "log"
        return path.read_text() if path.exists() else ""

    def configure(self, text: str = "", immich: str = "", review: str = "none") -> None:
        """Write the configuration anew."""
        (self.home / "tagwright.toml").write_text(
            'taggers = ["openai-compatible:loopback"]\n'
            f"{text}\n"
            f'[tagger.openai-compatible]\nbase_url = "{self.model.url}"\nconcurrency = 4\n'
            '[bursts]\nshare = false\n[watch]\nlisten = "none"\n'
            f'[immich]\naddress = "{self.immich.url}"\nreview = "{review}"\n'
            f"{immich or POLLING}\n"
        )

    @contextmanager
    def living(self) -> Iterator[Running]:
        """Let it serve; at the end it is gone, however that came."""
        said = len(self.log)
        with (self.home / "log").open("ab") as log:
            daemon = self.commands.start(
                ["immich", "serve"], self.home, self.environment, stderr=log
            )
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

    def run(self, *arguments: str) -> Ended:
        """Run another command beside it."""
        return self.commands.run(arguments, self.home, self.environment, timeout=60)


@pytest.fixture(params=VERSIONS)
def house(request: pytest.FixtureRequest, tmp_path: Path, commands: ForkServer) -> Iterator[House]:
    """An account with nothing in it, on a server of each version; nobody serves yet."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TAGWRIGHT_", "XDG_"))}
    places = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    secrets = {"IMMICH_API_KEY": KEY, "PYTHONWARNINGS": "error"}
    immich = ImmichServer(request.param)
    immich.start()
    immich.run()
    with serving() as model:
        made = House(tmp_path, immich, model, commands, kept | places | secrets)
        made.configure()
        yield made
    immich.stop()
    assert immich.faults == []
