"""Machines of the house: a picture that goes there does not leave it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from tagwright.errors import ConfigurationError

_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)


class TrustedHosts:
    """Names ("nas.local"), addresses ("192.168.1.20") and networks ("192.168.1.0/24").

    A name is trusted only as it is written: nothing is looked up, so that no name server decides.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Take them as written; raises a ConfigurationError at an entry that is no host."""
        self._names: set[str] = set()
        self._networks: list[IPv4Network | IPv6Network] = []
        for entry in entries:
            self._add(entry.strip())

    @property
    def key(self) -> list[str]:
        """All that decides who is trusted."""
        return sorted([*self._names, *map(str, self._networks)])

    def __contains__(self, host: str) -> bool:
        """Say whether a host, with or without its port, is of the house."""
        name = _without_port(host)
        try:
            address = ip_address(name)
        except ValueError:
            return name.lower().rstrip(".") in self._names
        return any(address in network for network in self._networks)

    def _add(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry.strip("[]"), strict=False))
        except ValueError:
            if not _NAME.fullmatch(entry.rstrip(".")) or entry.replace(".", "").isdigit():
                msg = f"{entry!r} is no host."
                cure = "Write a name, address or network: nas.local, 192.168.1.20, 192.168.1.0/24."
                raise ConfigurationError(msg, cure=cure) from None
            self._names.add(entry.lower().rstrip("."))


def _without_port(host: str) -> str:
    if host.startswith("["):  # an address of IPv6
        return host[1:].partition("]")[0]
    return host if host.count(":") > 1 else host.partition(":")[0]
