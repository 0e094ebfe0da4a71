"""What the lane asks of each service's batches."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from tagwright.ports import BatchState


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one request, as its response would have been."""

    custom_id: str
    status: int  # HTTP
    body: object  # JSON


class BatchApi(Protocol):
    """One service's batches. Errors are those of its client library."""

    def wrap(self, custom_id: str, body: bytes) -> bytes:
        """Return a request as it stands in a batch, from its body in JSON."""

    async def submit(self, requests: BinaryIO, label: str) -> str:
        """Hand over requests, one a line; return the batch's name."""

    async def find(self, label: str, requests: int, since: float, known: frozenset[str]) -> str:
        """Look up a batch; empty: there is none."""

    async def poll(self, service_id: str) -> BatchState:
        """Say how a batch gets on."""

    def objects(self, service_id: str) -> AsyncGenerator[dict[str, object], None]:
        """Yield the lines of its results."""

    def read(self, found: dict[str, object]) -> Line | None:
        """Return what a line says; None: nothing, or that its request was not looked at."""

    async def cancel(self, service_id: str) -> None:
        """Ask to stop it."""

    async def aclose(self) -> None:
        """Close connections."""
