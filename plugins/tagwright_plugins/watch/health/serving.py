"""Serves the daemon's health in its own event loop, without a wake-up while nobody asks."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator

import uvicorn

from tagwright.configuration import secret
from tagwright.errors import ConfigurationError
from tagwright.state import Lane
from tagwright_adapters.addresses import is_loopback
from tagwright_plugins.watch.health.application import make_application
from tagwright_plugins.watch.observing import Observed
from tagwright_plugins.web.hosts import make_hosts
from tagwright_plugins.web.serving import Server, configured

NOWHERE = "none"
TOKEN = "WATCH_TOKEN"  # noqa: S105 - the name of the secret, not its value
_log = logging.getLogger(__name__)
_PATIENCE = 2  # s that answers in hand are waited for


class _Server(Server):
    """Sleeps until it is asked or ended."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    async def main_loop(self) -> None:
        await self.over.wait()


@contextlib.asynccontextmanager
async def serving(listen: str, lane: Lane, observed: Observed) -> AsyncIterator[str | None]:
    """Serve for as long as the block lasts.

    Args:
        listen: ``HOST:PORT``, port 0 for any that is free; or "none", and nothing is served.
        lane: To the open database.
        observed: Asks the daemon how it is.

    Yields:
        The address, as a URL; None: nothing is served, also where it is in use.

    Raises:
        ConfigurationError: it is no address, or others can reach it and no token is set.
    """
    if listen == NOWHERE:
        yield None
        return
    host, port = parse(listen)
    token = _token(host, listen)
    listening = _bound(host, port)
    if listening is None:
        yield None
        return
    with listening:
        port = int(listening.getsockname()[1])
        app = make_application(lane, observed, make_hosts(host, port), token)
        server = _Server(configured(app, _PATIENCE))
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        finally:
            server.over.set()
            await task


def parse(listen: str) -> tuple[str, int]:
    """Return host and port of an address such as ``127.0.0.1:9464`` or ``[::1]:9464``.

    Raises:
        ConfigurationError: it is no such address.
    """
    host, _, port = listen.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or not port.isdecimal() or int(port) > 65_535 or (":" in bare and bare == host):
        msg = f"watch.listen: {listen!r} is no address."
        raise ConfigurationError(msg, cure='Write it as "127.0.0.1:9464", or "none".')
    return bare, int(port)


def _token(host: str, listen: str) -> str | None:
    if is_loopback(host):
        return None
    if token := secret(TOKEN):
        return token
    raise ConfigurationError(
        f"watch.listen: others can reach {listen}, and there is no token for them.",
        cure=f"Set TAGWRIGHT_{TOKEN} (or …_FILE), or listen at 127.0.0.1.",
    )


def _bound(host: str, port: int) -> socket.socket | None:
    """Return a socket that listens; None, and a warning: tagging matters more than figures."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        _log.warning(
            "Health and metrics are not served at %s, port %s: %s. Choose another address with"
            " 'listen' in [watch], or \"none\".",
            *(host, port, exc.strerror or exc),
        )
        return None
