"""How the batch lane behaves, and what it adds up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from tagwright.ports import BatchTagger
from tagwright.state.batches import Batch

Reach: TypeAlias = Callable[[Batch], BatchTagger | None]
"""Returns the way to the service that has a batch; None: there is none any more."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How patient it is."""

    poll: float = 30.0  # s between the first two looks at a batch; rises to ten times that
    requests: int | None = None  # photos in one batch at most; None: as many as the service takes
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic


@dataclass(slots=True)
class BatchTally:
    """Figures of a run of the lane."""

    submitted: int = 0  # photos handed over
    batches: int = 0  # in which they were
    under_way: int = 0  # photos that were in a batch already
    answered: int = 0
    refused: int = 0
    failed: int = 0  # looked at, and no usable answer came of it
    unanswered: int = 0  # given up by the service: late, cancelled, broken
    cost: Decimal | None = Decimal(0)  # US dollars of what was collected; None: not all is known

    def as_dict(self) -> dict[str, object]:
        """Return the figures as plain data."""
        names = "submitted batches under_way answered refused failed unanswered"
        figures: dict[str, object] = {name: getattr(self, name) for name in names.split()}
        return figures | {"usd": None if self.cost is None else float(self.cost)}
