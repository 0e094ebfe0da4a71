"""A model on loopback with outages, which knows what was in flight when somebody was killed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.benchmarks.bench_outage import PICTURE, Model

_SETTLES = 1.0  # s after its answer, within which a call may not be on record yet


@dataclass
class Watched(Model):
    """Counts answers by picture, as a service bills them."""

    seconds: float = 0.05
    excused: Counter[str] = field(default_factory=Counter)  # kills that met a picture in flight
    asked: int = 0
    _open: Counter[str] = field(default_factory=Counter)
    _ended: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def _reply(self, probe: bool, body: bytes, writer: asyncio.StreamWriter) -> None:
        found = PICTURE.search(body)
        if found is None:
            await super()._reply(probe, body, writer)
            return
        key = hashlib.sha256(base64.b64decode(found[1])).hexdigest()
        with self._lock:
            self.asked += 1
            self._open[key] += 1
        try:
            await super()._reply(probe, body, writer)
        finally:
            with self._lock:
                self._open[key] -= 1
                self._ended[key] = time.monotonic()

    def excuse(self) -> int:
        """Note that a kill happened: who is in flight may be asked about once more."""
        since = time.monotonic() - _SETTLES
        with self._lock:
            met = {key for key, number in self._open.items() if number}
            met |= {key for key, ended in self._ended.items() if ended >= since}
            self.excused.update(met)
        return len(met)

    def paid_twice(self) -> list[str]:
        """Return pictures that were answered more often than kills explain."""
        return [key for key, times in self.answers.items() if times > 1 + self.excused[key]]

    @property
    def answered(self) -> int:
        """Answers given."""
        return sum(self.answers.values())


def serve(model: Watched) -> str:
    """Serve on a thread of its own, as long as the process lives; return the base URL."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    starting = asyncio.start_server(model.serve, "127.0.0.1", 0, limit=2**20, backlog=256)
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
