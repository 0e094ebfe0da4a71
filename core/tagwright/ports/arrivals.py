"""What the core asks of those who watch a photo library."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from tagwright.ports.libraries import Listing


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came to rest in a library: assets that are new or changed, and such as went."""

    listings: tuple[Listing, ...] = ()
    whole: bool = False  # each listing is all that its folder holds; empty: nothing any more
    gone: tuple[str, ...] = ()  # references of assets that are not there any more


class Watcher(Protocol):
    """Sees what happens in a library for as long as it is listened to."""

    def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield what came to rest, soon after it did; ends when :meth:`stop` was called.

        What nobody takes is held back, joined and bounded. An asset may be named more than once;
        whoever listens compares it with what is known.
        """

    def stop(self) -> None:
        """Look at nothing more; what has come to rest is still handed over."""
