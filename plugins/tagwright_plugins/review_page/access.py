"""Who may see the page: this machine, or whoever holds the token; and what no answer is without."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from tagwright.errors import StateError
from tagwright_adapters.addresses import is_loopback

COOKIE = "tagwright_token"
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True)
class Access:
    """The token that is asked for where others can reach the page."""

    digest: str  # SHA-256, in hexadecimal

    def allows(self, token: str) -> bool:
        """Say whether that is the token."""
        return hmac.compare_digest(_digest(token), self.digest)


def make_access(state: Path, *, renew: bool) -> tuple[Access, str | None]:
    """Return the access that is stored, or a new one with its token, which is kept nowhere.

    Raises:
        StateError: it cannot be stored.
    """
    path = state / "review-token"
    try:
        stored = path.read_text(encoding="ascii").strip() if path.exists() else ""
        if stored and not renew:
            return Access(stored), None
        token = secrets.token_urlsafe(24)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(_digest(token))
    except (OSError, UnicodeError) as exc:
        cure = "Check that directory, or remove the file."
        raise StateError(f"{path} cannot be used: {exc}.", cure=cure) from exc
    return Access(_digest(token)), token


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names under which the page may be asked for; any other may be a page's trick."""

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
    """Return the names of a page that is served at an address."""
    if is_loopback(host):
        return Hosts(_LOOPBACK, port)
    mine = socket.gethostname().lower()
    return Hosts((*_LOOPBACK, host.lower(), mine, f"{mine}.local"), port, numbers=True)
