"""What the core asks of services that take many photos at a time, to be answered later."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO, Protocol, runtime_checkable

from tagwright.errors import TaggerError
from tagwright.model import Answer, Facts, Rendition


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What a service takes in one batch, and what it gives for the wait."""

    requests: int  # at most
    bytes: int  # at most, of all encoded requests with a line break each
    hours: float  # after which it gives up what it has not answered
    discount: Decimal  # the share that is taken off the price; 0.5: half of it


class BatchStatus(StrEnum):
    """How a service got on with a batch. All but the first are for good."""

    RUNNING = "running"
    ENDED = "ended"
    EXPIRED = "expired"  # not all could be answered in time
    CANCELLED = "cancelled"
    REJECTED = "rejected"  # as a whole, before anything was looked at
    GONE = "gone"  # the service does not know it, or no longer has its answers


@dataclass(frozen=True, slots=True)
class BatchState:
    """What a service says of a batch."""

    status: BatchStatus
    done: int = 0  # requests that are through, where the service counts them on the way
    expires_at: float | None = None  # s since the epoch
    reason: str = ""  # why it was rejected, in the service's words


@runtime_checkable
class BatchTagger(Protocol):
    """A tagger that answers later and for less.

    Photos are known by identifiers of ours (letters, digits, ``_`` and ``-``, at most 64).
    """

    @property
    def batch_limits(self) -> BatchLimits:
        """What one batch may hold, and what is taken off its price."""

    async def encode(self, custom_id: str, rendition: Rendition, facts: Facts) -> bytes:
        """Return what would be sent of one photo, without a line break; nothing goes out."""

    async def submit(self, requests: BinaryIO, label: str) -> str:
        """Hand over encoded requests, one a line; return the service's name for the batch.

        ``label`` is ours, for :meth:`find`. Raises a TaggerError: then a batch may or may not have
        come of it.
        """

    async def find(self, label: str, requests: int, since: float, known: frozenset[str]) -> str:
        """Return the name of a batch whose :meth:`submit` never came to its end; empty: none.

        It has so many requests, came into being after ``since`` (s since the epoch), and is none of
        those that are known.
        """

    async def poll(self, service_id: str) -> BatchState:
        """Say how a batch gets on; costs nothing."""

    def collect(self, service_id: str) -> AsyncIterator[tuple[str, Answer | TaggerError]]:
        """Yield what came of each photo, in any order, at the price that was paid.

        What is left out was not looked at. Lines that cannot be read are counted and left out.
        """

    async def cancel(self, service_id: str) -> None:
        """Ask the service to look at no more of it; what it has answered can be collected."""

    async def aclose(self) -> None:
        """Release connections."""


@runtime_checkable
class BatchingTagger(Protocol):
    """A tagger whose service may take batches."""

    def batches(self) -> BatchTagger | None:
        """Return the way there, to be closed by the caller; None: its service takes none."""
