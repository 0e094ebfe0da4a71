"""The address of an Immich server, as people write it and as its API wants it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tagwright_adapters.immich.errors import ImmichSetupError

_API = "/api"
_HOST = re.compile(r"[\w.:%-]+")


def api_address(written: str) -> str:
    """Return the address of the API: with ``/api`` at its end, without a slash behind it.

    Raises:
        ImmichSetupError: it is no address of the web.
    """
    try:
        parts = urlsplit(written.strip())
        valid = parts.scheme in ("http", "https") and parts.port != 0
        named = _HOST.fullmatch(parts.hostname or "")
    except ValueError:
        valid = False
    if not (valid and named and written.strip().isprintable()):
        message = f"{written.strip()!r} is not an address of an Immich server."
        raise ImmichSetupError(message, cure="Write it as in http://192.168.1.20:2283.")
    path = parts.path.rstrip("/")
    path = path if path.endswith(_API) else path + _API
    return parts._replace(path=path, query="", fragment="").geturl()


def site(written: str) -> str:
    """Return where a browser opens a server: without ``/api`` and the credentials it may hold.

    Raises:
        ImmichSetupError: it is no address of the web.
    """
    return shown(api_address(written)).removesuffix(_API)


def page(address: str, asset: str) -> str:
    """Return where a browser shows an asset.

    Raises:
        ImmichSetupError: the server's address is none.
    """
    return f"{site(address)}/photos/{asset}"


def shown(address: str) -> str:
    """Return an address without the credentials that it may hold."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def host(address: str) -> str:
    """Return the host of an address, with the port if it names one."""
    return urlsplit(address).netloc.rpartition("@")[2].lower()


def hostname(address: str) -> str:
    """Return the host of an address, without a port."""
    return urlsplit(address).hostname or ""
