"""What systemd hears, on real datagram sockets."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagwright_plugins.watch.supervisor import Supervisor

from .conftest import Daemon


@pytest.fixture(params=["path", "abstract"])
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """A socket as systemd opens it, and the name under which it says so."""
    name = f"@tagwright-{secrets.token_hex(8)}"
    if request.param == "path":
        name = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0", 1))
        listening.settimeout(5)
        yield name, listening


def test_each_message_is_one_datagram(heard: tuple[str, socket.socket]) -> None:
    name, listening = heard
    supervisor = Supervisor.from_environment({"NOTIFY_SOCKET": name})
    supervisor.ready("watching 3 folders")
    assert listening.recv(999) == b"READY=1\nSTATUS=watching 3 folders"
    supervisor.status("2 photos\nREADY=0 wait")
    assert listening.recv(999) == b"STATUS=2 photos READY=0 wait"
    before = time.monotonic_ns() // 1000
    supervisor.reloading()
    first, second = listening.recv(999).split(b"\n")
    assert first == b"RELOADING=1"
    assert int(second.removeprefix(b"MONOTONIC_USEC=")) >= before
    supervisor.stopping()
    assert listening.recv(999).startswith(b"STOPPING=1\n")


async def test_the_watchdog_is_patted_only_while_the_loop_turns(
    heard: tuple[str, socket.socket], daemon: Daemon
) -> None:
    name, listening = heard
    listening.setblocking(False)
    environment = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000"}
    guarding = asyncio.create_task(Supervisor.from_environment(environment).guard(daemon))
    loop = asyncio.get_running_loop()
    for _ in range(3):
        assert await asyncio.wait_for(loop.sock_recv(listening, 99), 5) == b"WATCHDOG=1"
    daemon.becomes(beat=time.monotonic() - 3600)
    hung = daemon.asked
    while daemon.asked < hung + 3:
        await asyncio.sleep(0.005)
    for _ in range(3):  # at most what was sent before
        with contextlib.suppress(BlockingIOError):
            listening.recv(99)
    with pytest.raises(BlockingIOError):
        listening.recv(99)
    guarding.cancel()


@pytest.mark.parametrize(
    ("environment", "watchdog"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, None),  # and nobody to tell
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000"}, 30.0),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": str(os.getpid())}, 1),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "soon"}, None),
        ({"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "0"}, None),
    ],
)
def test_the_limit_is_for_this_process_alone(
    environment: dict[str, str], watchdog: float | None
) -> None:
    assert Supervisor.from_environment(environment).watchdog == watchdog


def test_nobody_to_tell_is_no_trouble(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Supervisor.from_environment({}).ready("alone")
    assert not caplog.records
    Supervisor(str(tmp_path / "gone")).ready("nobody listens")
    assert "systemd cannot be told READY=1" in caplog.text
