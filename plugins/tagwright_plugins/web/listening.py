"""Where something is served beside other work, as the configuration says it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Callable

import uvicorn
from starlette.types import ASGIApp

from tagwright.errors import ConfigurationError
from tagwright_plugins.web.serving import Server, configured

NOWHERE = "none"
_log = logging.getLogger(__name__)
_PATIENCE = 2  # s that answers in hand are waited for


class _Quiet(Server):
    """Sleeps until it is asked or ended."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.over.wait()


def parse(listen: str, setting: str) -> tuple[str, int]:
    """Return host and port of an address such as ``127.0.0.1:9464`` or ``[::1]:9464``.

    Raises:
        ConfigurationError: it is no such address; the setting that it stands in is named.
    """
    host, _, port = listen.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or not port.isdecimal() or int(port) > 65_535 or (":" in bare and bare == host):
        msg = f"{setting}: {listen!r} is no address."
        raise ConfigurationError(msg, cure='Write it as "127.0.0.1:9464", or "none".')
    return bare, int(port)


def bound(host: str, port: int, what: str, setting: str) -> socket.socket | None:
    """Return a socket that listens; None, and a warning: tagging matters more."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        _log.warning(
            "%s not served at %s, port %s: %s. Choose another address with '%s', or \"none\".",
            *(what, host, port, exc.strerror or exc, setting),
        )
        return None


@contextlib.asynccontextmanager
async def served(
    listening: socket.socket, host: str, make: Callable[[int], ASGIApp]
) -> AsyncIterator[str]:
    """Serve for as long as the block lasts, without a wake-up while nobody asks.

    Args:
        listening: Is closed at the end.
        host: That it listens at.
        make: Makes the application, for a port.

    Yields:
        The address, as a URL.
    """
    with listening:
        port = int(listening.getsockname()[1])
        server = _Quiet(configured(make(port), _PATIENCE))
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        finally:
            server.over.set()
            await task
