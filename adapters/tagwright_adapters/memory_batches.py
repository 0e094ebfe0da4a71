"""A tagger in memory that also answers in batches, just as a test tells it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import BinaryIO

from tagwright.errors import TaggerError, TaggerUnavailableError
from tagwright.model import Answer, Facts, Quote, Rendition
from tagwright.ports import BatchLimits, BatchState, BatchStatus
from tagwright_adapters.memory import MemoryTagger, Script

Outcome = Answer | TaggerError
Reply = Callable[[str], Outcome | None]
"""What comes of a photo by our identifier of it; None: it is not answered."""


@dataclass(slots=True)
class HeldBatch:
    """A batch as the service has it."""

    label: str
    ids: list[str]
    status: BatchStatus = BatchStatus.RUNNING
    created_at: float = field(default_factory=time.time)


class MemoryBatches:
    """A service of batches in a dictionary; it outlives the runs that use it."""

    def __init__(self, reply: Reply, limits: BatchLimits | None = None) -> None:
        self.batch_limits = limits or BatchLimits(1_000, 10_000_000, 24.0, Decimal("0.5"))
        self.held: dict[str, HeldBatch] = {}
        self.polls = 0
        self.finishes = True  # whether a batch is through when it is looked at
        self.before_submit: Callable[[], None] = lambda: None  # may raise
        self.after_submit: Callable[[], None] = lambda: None
        self.before_poll: Callable[[], None] = lambda: None
        self.before_find: Callable[[], None] = lambda: None
        self.ends_as = BatchStatus.ENDED
        self.reply = reply

    @property
    def asked(self) -> list[str]:
        """Our identifiers of all photos that were handed over, each time."""
        return [one for batch in self.held.values() for one in batch.ids]

    async def encode(self, custom_id: str, rendition: Rendition, facts: Facts) -> bytes:  # noqa: ARG002 - of the port
        """Return the identifier."""
        return custom_id.encode()

    async def submit(self, requests: BinaryIO, label: str) -> str:
        """Take a batch."""
        self.before_submit()
        name = f"batch-{len(self.held)}"
        self.held[name] = HeldBatch(label, requests.read().decode().split())
        self.after_submit()
        return name

    async def find(self, label: str, requests: int, since: float, known: frozenset[str]) -> str:  # noqa: ARG002 - of the port
        """Look a batch up by its label."""
        self.before_find()
        return next((name for name, one in self.held.items() if one.label == label), "")

    async def poll(self, service_id: str) -> BatchState:
        """Say how it is; it ends with the first look unless a test says otherwise."""
        self.polls += 1
        self.before_poll()
        batch = self.held[service_id]
        if self.finishes and batch.status is BatchStatus.RUNNING:
            batch.status = self.ends_as
        reason = "too much at once" if batch.status is BatchStatus.REJECTED else ""
        return BatchState(batch.status, 0, batch.created_at + 86_400, reason)

    async def collect(self, service_id: str) -> AsyncIterator[tuple[str, Outcome]]:
        """Yield what came of it, last first."""
        for custom in reversed(self.held[service_id].ids):
            outcome = self.reply(custom)
            if outcome is not None:
                yield custom, outcome

    async def cancel(self, service_id: str) -> None:
        """Cancel at once."""
        if self.held[service_id].status is BatchStatus.RUNNING:
            self.held[service_id].status = BatchStatus.CANCELLED

    async def aclose(self) -> None:
        """Nothing is held open."""


class MemoryBatchTagger(MemoryTagger):
    """A tagger in memory with a service of batches."""

    def __init__(self, script: Script, service: MemoryBatches, *, price: Decimal) -> None:
        """``price`` is what one answer costs at once, in US dollars."""
        super().__init__(script)
        self.service = service
        self._price = price

    def batches(self) -> MemoryBatches:
        """Return the service."""
        return self.service

    async def quote(self, rendition: Rendition, facts: Facts) -> Quote:  # noqa: ARG002 - of the port
        """Return the price, which may double."""
        return Quote(self._price, self._price, self._price * 2)

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        """Answer as the script says, for the price."""
        answer = await super().observe(rendition, facts)
        return replace(answer, usage=replace(answer.usage, requests=1, cost=self._price))


def down() -> None:
    """Raise what a service raises that is away."""
    raise TaggerUnavailableError("nobody there.")
