"""One at a time, for each of many things."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Turns:
    """Locks that exist for as long as somebody holds them or waits for them."""

    def __init__(self) -> None:
        self._turns: defaultdict[Hashable, _Turn] = defaultdict(_Turn)

    @asynccontextmanager
    async def of(self, thing: Hashable) -> AsyncIterator[None]:
        """Wait until nobody else is at ``thing``, and keep it for the length of the block."""
        turn = self._turns[thing]
        turn.users += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[thing]
