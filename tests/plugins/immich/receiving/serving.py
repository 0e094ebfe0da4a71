"""Our end of webhooks, served on loopback."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tagwright_plugins.web import listening

HOST = "127.0.0.1"


@asynccontextmanager
async def served(*routes: BaseRoute) -> AsyncIterator[str]:
    """Serve routes as the program does; yields the address."""
    free = socket.create_server((HOST, 0))
    async with listening.served(free, HOST, lambda _: Starlette(routes=routes)) as url:
        yield url.rstrip("/")
