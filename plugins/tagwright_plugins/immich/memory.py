"""What the state knows of an account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence, Set

from tagwright.ports import Listing
from tagwright.state import Lane, cursors, lookups
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.watching import Position
from tagwright_plugins.immich.chores import Chores

_PORTION = 500  # assets that are handed over at once
_SEEN = "seen"


class AccountMemory:
    """Implements :class:`tagwright_adapters.immich.watching.Memory` for one run."""

    def __init__(self, lane: Lane, library: ImmichLibrary, goal: str, chores: Chores) -> None:
        self._lane = lane
        self._library = library
        self._goal = goal
        self._chores = chores

    async def position(self) -> Position | None:
        """Return how far the account was read."""
        kept = await self._lane(lambda c: cursors.find(c, self._library.name, _SEEN))
        return None if kept is None else Position.parse(kept)

    async def keep(self, position: Position) -> None:
        """Keep a position."""
        await self._lane(lambda c: cursors.keep(c, self._library.name, _SEEN, str(position)))

    async def known(self, assets: Collection[str]) -> Set[str]:
        """Return which of some assets were ever taken up."""
        return await self._lane(lambda c: lookups.among(c, self._library.name, assets))

    async def unfinished(self) -> AsyncIterator[Listing]:
        """Yield what was taken up and is short of its goal, or has another one now."""
        name, after = self._library.name, 0
        while True:
            last, listings = await self._lane(
                lambda c, after=after: lookups.short(c, name, self._goal, after, _PORTION)  # type: ignore[misc]  # the default binds the loop variable
            )
            if not listings:
                return
            for listing in listings:
                yield listing
            after = last

    def seen(self, assets: Sequence[Asset], untagged: Set[str]) -> None:
        """Let the library know, so that it need not read them again."""
        self._library.seen(assets, untagged)

    async def before_looking(self) -> None:
        """See to what is to be done now and then."""
        await self._chores.see_to()
