"""Under which names something of ours may be asked for: any other may be a page's trick."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright_adapters.addresses import is_loopback

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that are good."""

    port: int
    others: bool = False  # whether others can reach it, by whatever name, and need a token

    def allow(self, host: str) -> bool:
        """Say whether a ``Host`` header is one of ours.

        Where a token is asked for, that is what guards: a browser sends it to no other name, and
        what stands before us (a container's port, a proxy) may go by any.
        """
        name, _, port = host.rpartition(":")
        if not port.isdecimal():
            name, port = host, "80"
        return self.others or (port == str(self.port) and name.lower() in _LOOPBACK)


def make_hosts(host: str, port: int) -> Hosts:
    """Return the names of what is served at an address."""
    return Hosts(port, others=not is_loopback(host))
