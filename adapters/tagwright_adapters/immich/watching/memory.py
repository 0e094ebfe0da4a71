"""What is known of an account from before."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol, Self

from tagwright.ports import Listing
from tagwright_adapters.immich.models import Asset

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Position:
    """How far an account was read: moments of the server's clock, so that ours does not matter."""

    begun: datetime = NEVER  # what was uploaded until then was there before us
    read: datetime = NEVER  # what changed until then was looked at

    def past(self, moment: datetime) -> Self:
        """Return the position when everything until a moment was looked at."""
        return replace(self, read=max(self.read, moment))

    def __str__(self) -> str:
        return f"{self.begun.isoformat()} {self.read.isoformat()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the position that was written down.

        Raises:
            ValueError: it is none.
        """
        begun, read = text.split(" ")
        return cls(datetime.fromisoformat(begun), datetime.fromisoformat(read))


class Memory(Protocol):
    """Remembers over restarts."""

    async def position(self) -> Position | None:
        """Return how far the account was read; None: it was never looked at."""

    async def keep(self, position: Position) -> None:
        """Keep a position, once all until there was taken over, as something has changed."""

    async def known(self, assets: Collection[str]) -> Set[str]:
        """Return which of some assets were ever taken up."""

    def unfinished(self) -> AsyncIterator[Listing]:
        """Yield the assets that were taken up and are short of their goal."""

    def seen(self, assets: Sequence[Asset], untagged: Set[str]) -> None:
        """Hear of assets as they were just found, and which of them carry no tag at all."""

    async def before_looking(self) -> None:
        """Do what is to be done before anything else is taken over.

        Raises:
            ImmichError: it cannot be done now, and is tried again.
        """
