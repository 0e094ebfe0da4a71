"""The commands for Immich as a person runs them, before an Immich on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.adapters.immich.server import KEY, VERSIONS, ImmichServer

from tagwright_plugins.cli.main import cli

TO_INSTALL = {f"workflow.{verb}" for verb in ("read", "create", "update", "delete")}
ONLY_NEWER = pytest.mark.parametrize("immich", ["3.1.0"], indirect=True)

Run = Callable[..., Result]


@pytest.fixture(params=VERSIONS)
def immich(request: pytest.FixtureRequest) -> Iterator[ImmichServer]:
    """A server with a key that may install webhooks."""
    server = ImmichServer(request.param)
    server.permissions.update(TO_INSTALL, {"plugin.read"})
    server.start()
    yield server
    server.stop()
    assert server.faults == []


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def run(immich: ImmichServer, state: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``tagwright immich``."""
    monkeypatch.setenv("TAGWRIGHT_IMMICH__ADDRESS", immich.url)
    monkeypatch.setenv("TAGWRIGHT_STATE", str(state))
    monkeypatch.setenv("IMMICH_API_KEY", KEY)
    monkeypatch.chdir(state.parent)
    return lambda *words: CliRunner().invoke(cli, ["immich", *words])
