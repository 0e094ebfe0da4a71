"""Our end of webhooks, served on loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from tagwright_plugins.web.serving import Server, configured


@asynccontextmanager
async def served(*routes: BaseRoute) -> AsyncIterator[str]:
    """Serve routes as the program does; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Server(configured(Starlette(routes=routes), 2))
        task = asyncio.create_task(server.serve([listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task
