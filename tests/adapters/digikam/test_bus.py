"""Asking digiKam to scan, where there is none to ask."""

from __future__ import annotations

import pytest

from tagwright_adapters.digikam.bus import ask_to_scan


@pytest.mark.parametrize("address", [None, "unix:path=/nowhere/at/all", "nonsense"])
def test_no_bus(address: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a session nobody is asked, and nothing breaks."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    if address is not None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    assert ask_to_scan() == 0
