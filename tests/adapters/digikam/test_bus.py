"""Asking digiKam to scan, where there is none to ask; notices, on a bus of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from jeepney import new_method_return  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    Proxy,
    open_dbus_connection,
)

from tagwright_adapters.digikam.bus import ask_to_scan, notify

NOTICES = "org.freedesktop.Notifications"


@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/at/all", "nonsense"])
def test_no_bus(address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a session nobody is asked, and nothing breaks."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address is not None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert ask_to_scan() == 0
    assert not notify("Tagwright", "Nobody sees this.")


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bus of this session; returns its address."""
    reader, writer = os.pipe()
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--print-address={writer}"]
    with subprocess.Popen(command, pass_fds=(writer,)) as daemon:
        os.close(writer)
        with os.fdopen(reader) as answer:
            address = answer.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


@pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="not installed: dbus-daemon")
def test_a_notice(bus: str) -> None:
    """A desktop is given title and text; what is no markup is not taken for it."""
    assert not notify("Nobody", "is there")
    with open_dbus_connection(bus) as desktop, ThreadPoolExecutor(1) as other:
        Proxy(message_bus, desktop).RequestName(NOTICES)
        seen = other.submit(_show, desktop)
        assert notify("1 photo", "a <b> & c")
        assert seen.result(10)[3:5] == ("1 photo", "a &lt;b> &amp; c")


def _show(desktop: DBusConnection) -> tuple[object, ...]:
    while True:
        message = desktop.receive(timeout=10)
        if message.header.fields.get(3) == "Notify":
            desktop.send(new_method_return(message, "u", (1,)))
            body: tuple[object, ...] = message.body
            return body
