"""Which machines are of the house."""

from __future__ import annotations

import pytest

from tagwright.errors import ConfigurationError
from tagwright.privacy import TrustedHosts

HOUSE = TrustedHosts(["nas.local", "192.168.1.0/24", "10.0.0.7", "fd00::/8", "[::1]", "Box."])


@pytest.mark.parametrize(
    "host",
    [
        *("nas.local", "NAS.local:11434", "nas.local.", "192.168.1.9", "192.168.1.255:3003"),
        *("10.0.0.7:80", "[fd00::17]:8080", "fd00::17", "[::1]", "box", "box:1"),
    ],
)
def test_trusted(host: str) -> None:
    """By name, address or network, with or without a port."""
    assert host in HOUSE


@pytest.mark.parametrize(
    "host",
    [
        *("", "api.openai.com", "nas.local.evil.example", "evil-nas.local", "192.168.2.9"),
        *("10.0.0.70", "[2001:db8::1]:443", "192.168.1.9.evil.example", "nas.local@evil.example"),
        *("192.168.1.9/24", "::", "[", ":", "nas.local evil.example"),
    ],
)
def test_not_trusted(host: str) -> None:
    """What only looks alike, and what is not known."""
    assert host not in HOUSE


@pytest.mark.parametrize(
    "entry",
    ["", " ", "*", "*.local", "http://nas.local", "nas.local:3003", "192.168.1", "a b", "/"],
)
def test_an_entry_that_is_no_host_is_an_error(entry: str) -> None:
    """So that a slip of the pen is not found out by a picture that was kept, or sent."""
    with pytest.raises(ConfigurationError, match="is no host"):
        TrustedHosts([entry])
