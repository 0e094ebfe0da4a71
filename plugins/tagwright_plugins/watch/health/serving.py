"""Serves the daemon's health in its own event loop, without a wake-up while nobody asks."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn

from tagwright.configuration import secret
from tagwright.errors import ConfigurationError
from tagwright.state import Lane
from tagwright_adapters.addresses import is_loopback
from tagwright_plugins.review_page.access import make_hosts
from tagwright_plugins.watch.health.application import make_application
from tagwright_plugins.watch.observing import Observed

NOWHERE = "none"
TOKEN = "WATCH_TOKEN"  # noqa: S105 - the name of the secret, not its value
_PATIENCE = 2  # s that answers in hand are waited for


class _Server(uvicorn.Server):
    """Leaves signals to the daemon, and sleeps until it is asked or ended."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.over = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

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
        The address, as a URL; None: nothing is served.

    Raises:
        ConfigurationError: the address cannot be used, or others can reach it and no token is set.
    """
    if listen == NOWHERE:
        yield None
        return
    host, port = parse(listen)
    token = _token(host, listen)
    with _bound(host, port) as listening:
        port = int(listening.getsockname()[1])
        app = make_application(lane, observed, make_hosts(host, port), token)
        server = _Server(_settings(app))
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


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as exc:
        msg = f"health cannot be served at {host}, port {port}: {exc.strerror or exc}."
        cure = "Choose another address with 'listen' in [watch], or \"none\"."
        raise ConfigurationError(msg, cure=cure) from exc


def _settings(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an ASGI application
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
