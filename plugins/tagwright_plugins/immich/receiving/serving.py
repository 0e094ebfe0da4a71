"""Serves the end that workflows call, beside the daemons."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from starlette.applications import Starlette

from tagwright_adapters.immich.listening import Announce
from tagwright_plugins.immich.installing.keeping import webhook_secret
from tagwright_plugins.immich.receiving.webhook import webhook
from tagwright_plugins.web.listening import NOWHERE, bound, parse, served

_SETTING = "immich.listen"


@contextlib.asynccontextmanager
async def receiving(
    listen: str, state: Path, accounts: Mapping[str, Announce]
) -> AsyncIterator[str | None]:
    """Receive for as long as the block lasts.

    Whoever calls must know the secret of the account, so it may be served to other machines too.

    Args:
        listen: ``HOST:PORT``, port 0 for any that is free; or "none", and nothing is received.
        state: The state directory, where the secrets lie.
        accounts: Who is told, by the account's name.

    Yields:
        The address, as a URL; None: nothing is received, also where it is in use.

    Raises:
        ConfigurationError: it is no address.
        StateError: a secret can neither be read nor made.
    """
    if listen == NOWHERE:
        yield None
        return
    host, port = parse(listen, _SETTING)
    listening = bound(host, port, "Webhooks are", _SETTING)
    if listening is None:
        yield None
        return
    routes = [webhook(name, webhook_secret(state, name), tell) for name, tell in accounts.items()]
    async with served(listening, host, lambda _: Starlette(routes=routes)) as url:
        yield url
