"""How long Immich is waited for, and how often what changes nothing is asked again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from tagwright_adapters.immich.errors import ImmichUnavailableError

_LONGEST = 10.0  # s that a server may ask to wait before it is asked again here
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait between looks at an asset, and for company; in seconds."""

    ready: tuple[float, ...] = (0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0)
    # Two writes less than 0.6 s apart were seen to spoil each other.
    settled: tuple[float, ...] = (0.6, 0.4, 0.6, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
    again: tuple[float, ...] = (0.3, 1.0, 3.0)  # after a failure that may pass
    company: float = 0.15  # that a write waits for others of the same tags, while there are others
    gathering: float = 1.0  # between looks at many together
    holding: float = 3.0  # that one is not read back by itself, while others may come
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    corrupt: timedelta = timedelta(hours=1)  # after which a file without a preview is taken so

    async def ask(self, question: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """Return an answer; asks again after failures that may pass, so it must change nothing.

        Raises:
            ImmichError: there is none.
        """
        for pause in self.again:
            try:
                return await question()
            except ImmichUnavailableError as exc:
                asked = exc.retry_after or 0.0
                if asked > _LONGEST:
                    raise
                await self.sleep(max(pause, asked))
        return await question()


PATIENT = Patience()
