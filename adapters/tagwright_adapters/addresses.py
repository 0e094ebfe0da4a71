"""What an address tells of who runs the server behind it."""

from __future__ import annotations

from ipaddress import ip_address

# Names that no public server has: RFC 6762, RFC 8375, and what ICANN has set apart.
_HOME = (".local", ".home.arpa", ".internal")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_private(host: str) -> bool:
    """Whether a host is in the user's own network, or is this machine."""
    try:
        address = ip_address(host)
    except ValueError:
        name = host.lower().removesuffix(".")
        return "." not in name or name.endswith(_HOME) or is_loopback(name)
    return address.is_private or address.is_link_local
