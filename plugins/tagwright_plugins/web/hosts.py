"""Under which names something of ours may be asked for: any other may be a page's trick."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass

from tagwright_adapters.addresses import is_loopback

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that are good."""

    names: Collection[str]
    port: int
    numbers: bool = False  # whether any address in numbers is good: no name can point there

    def allow(self, host: str) -> bool:
        """Say whether a ``Host`` header is one of ours."""
        name, _, port = host.rpartition(":")
        if not port.isdecimal():
            name, port = host, "80"
        return port == str(self.port) and (name.lower() in self.names or self._is_number(name))

    def _is_number(self, name: str) -> bool:
        if not self.numbers:
            return False
        try:
            ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
        except ValueError:
            return False
        return True


def make_hosts(host: str, port: int) -> Hosts:
    """Return the names of what is served at an address."""
    if is_loopback(host):
        return Hosts(_LOOPBACK, port)
    mine = socket.gethostname().lower()
    return Hosts((*_LOOPBACK, host.lower(), mine, f"{mine}.local"), port, numbers=True)
