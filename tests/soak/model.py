"""A model on loopback with outages, which counts its answers by picture, as it would bill them."""

from __future__ import annotations

import asyncio
import threading

from tests.benchmarks.bench_outage import Model


def serve(model: Model) -> str:
    """Serve on a thread of its own, as long as the process lives; return the base URL."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    starting = asyncio.start_server(model.serve, "127.0.0.1", 0, limit=2**20, backlog=256)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
