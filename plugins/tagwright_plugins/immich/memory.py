"""What the state knows of an account."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence, Set

from tagwright.ports import Listing
from tagwright.state import Lane, bars, cursors, lookups
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichMissingError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.models import Asset, Tag
from tagwright_adapters.immich.watching import Position

logger = logging.getLogger(__name__)

_PORTION = 500  # assets that are handed over at once
_SEEN = "seen"
_OFTEN = 60.0  # s between looks for tags that were deleted
_SAMPLE = 20  # photos that are looked at for why a tag is not there

Path = tuple[str, ...]


class AccountMemory:
    """Implements :class:`tagwright_adapters.immich.watching.Memory` for one run."""

    def __init__(
        self,
        lane: Lane,
        client: ImmichClient,
        library: ImmichLibrary,
        goal: str,
        *,
        chores: Sequence[Callable[[], Awaitable[None]]] = (),
        reading: Sequence[Callable[[Sequence[Tag]], Awaitable[None]]] = (),
    ) -> None:
        """``chores`` are seen to before each look; those ``reading`` are told all tags, often."""
        self._reading = reading
        self._lane = lane
        self._chores = chores
        self._client = client
        self._library = library
        self._goal = goal
        self._checked: float | None = None

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
        """See to the chores, and to tags of ours that were deleted."""
        for chore in self._chores:
            await chore()
        await self._missed()

    async def _missed(self) -> None:
        """Take note of tags of ours that somebody deleted altogether: they are not made again."""
        now = time.monotonic()
        if self._checked is not None and now - self._checked < _OFTEN:
            return
        tags = await self._client.tags.all()
        for reader in self._reading:
            await reader(tags)
        root = self._library.root
        there = {root.ours(tag.path) or () for tag in tags}
        name = self._library.name
        for concept, path in await self._lane(lambda c: list(bars.absent(c, name, there))):
            if await self._was_deleted(concept, path):
                await self._lane(lambda c, one=concept, p=path: bars.raise_(c, name, one, p))  # type: ignore[misc]  # the defaults bind the loop variables
                logger.warning(
                    "The tag %s was deleted in Immich: %s does not get it any more."
                    " 'tagwright immich allow' lets it in again.",
                    "/".join(path),
                    name,
                )
        self._checked = now

    async def _was_deleted(self, concept: str, path: Path) -> bool:
        """Say whether a tag is missing though nobody touched the photos that had it.

        Else it went with the last photo that had it: Immich clears away tags without any.
        """
        name = self._library.name
        for photo in await self._lane(lambda c: bars.standing(c, name, concept, _SAMPLE)):
            try:
                asset = await self._client.assets.get(photo.reference)
            except ImmichMissingError:
                continue
            if asset.modified == photo.modified:
                return self._library.root.below(path) not in asset.paths
        return False
