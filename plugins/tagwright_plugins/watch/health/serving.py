"""Serves the daemon's health in its own event loop."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from tagwright.configuration import secret
from tagwright.errors import ConfigurationError
from tagwright.state import Lane
from tagwright_adapters.addresses import is_loopback
from tagwright_plugins.watch.health.application import make_application
from tagwright_plugins.watch.observing import Observed
from tagwright_plugins.web.hosts import make_hosts
from tagwright_plugins.web.listening import NOWHERE, bound, parse, served

TOKEN = "WATCH_TOKEN"  # noqa: S105 - the name of the secret, not its value
_SETTING = "watch.listen"


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
    host, port = parse(listen, _SETTING)
    token = _token(host, listen)
    listening = bound(host, port, "Health and metrics are", _SETTING)
    if listening is None:
        yield None
        return
    async with served(
        listening, host, lambda at: make_application(lane, observed, make_hosts(host, at), token)
    ) as url:
        yield url


def _token(host: str, listen: str) -> str | None:
    if is_loopback(host):
        return None
    if token := secret(TOKEN):
        return token
    raise ConfigurationError(
        f"{_SETTING}: others can reach {listen}, and there is no token for them.",
        cure=f"Set TAGWRIGHT_{TOKEN} (or …_FILE), or listen at 127.0.0.1.",
    )
