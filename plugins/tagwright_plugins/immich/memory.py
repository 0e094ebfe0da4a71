"""What the state knows of an account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence, Set
from contextlib import suppress

from tagwright.pipeline import Settings
from tagwright.ports import Listing
from tagwright.state import Lane, cursors, lookups
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.watching import Position, survey
from tagwright_plugins.immich.chores import Chores

_PORTION = 500  # assets that are handed over at once
_SEEN = "seen"
SERVING = ("immich", "dry run")
"""Kinds of the runs of those who serve."""


async def position(lane: Lane, library: str) -> Position | None:
    """Return how far an account was read; None: it was never watched."""
    kept = await lane(lambda c: cursors.find(c, library, _SEEN))
    return None if kept is None else Position.parse(kept)


async def begin(client: ImmichClient, lane: Lane, library: str) -> None:
    """Have what comes from now on count as new, if an account is served for the first time.

    To prepare a vocabulary or a model may take minutes, in which photos come.
    """
    if await position(lane, library) is None:
        with suppress(ImmichError):  # the watcher says so, and tries again
            begun = await survey(client)
            await lane(lambda c: cursors.keep(c, library, _SEEN, str(begun)))


class AccountMemory:
    """Implements :class:`tagwright_adapters.immich.watching.Memory` for one run."""

    def __init__(
        self, lane: Lane, library: ImmichLibrary, settings: Settings, chores: Chores
    ) -> None:
        self._lane = lane
        self._library = library
        self._goal = settings.goal
        self._dry_run = settings.dry_run
        self._chores = chores

    async def position(self) -> Position | None:
        """Return how far the account was read."""
        return await position(self._lane, self._library.name)

    async def keep(self, position: Position) -> None:
        """Keep a position, as something has changed; a dry run keeps only where the new begins."""
        self._chores.stir()
        if self._dry_run and await self.position() is not None:
            return
        await self._lane(lambda c: cursors.keep(c, self._library.name, _SEEN, str(position)))

    async def known(self, assets: Collection[str]) -> Set[str]:
        """Return which of some assets were ever taken up, but for a backfill that was cut short."""
        return await self._lane(lambda c: lookups.among(c, self._library.name, assets, SERVING))

    async def unfinished(self) -> AsyncIterator[Listing]:
        """Yield what was taken up and is short of its goal, or has another one now.

        What a backfill did is left so, and what it did not get to as well: to go on with it is for
        people, as it may cost them something.
        """
        name, after = self._library.name, 0
        while True:
            last, listings = await self._lane(
                lambda c, after=after: lookups.short(c, name, self._goal, SERVING, after, _PORTION)  # type: ignore[misc]  # the default binds the loop variable
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
