"""Finds what is new or changed in an account, in as few requests as can be."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Collection, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tagwright.ports import Entry
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.ownership import Ownership
from tagwright_adapters.immich.searching import LARGEST_PAGE, SHOWN, Query
from tagwright_adapters.immich.watching.memory import Memory, Position

logger = logging.getLogger(__name__)

_OVERLAP = timedelta(seconds=30)  # in which changes may become visible in another order
_LATE = timedelta(hours=1)  # that the server has for a picture, else its change tells of it
_HOPE = 60.0  # s that an asset is looked for at short intervals: it may be locked or corrupt


@dataclass(frozen=True, slots=True)
class Look:
    """Some of what was found."""

    entries: Sequence[Entry]  # new ones that are ready, and known ones that changed
    new: bool  # whether some of them are
    newest: datetime  # change among all that was looked at
    late: datetime | None = None  # first change of what may be ready yet: to be looked at again


async def survey(client: ImmichClient) -> Position:
    """Look once over all that is there; return where the new begins.

    Raises:
        ImmichError: the server does not answer as it should.
    """
    logger.info("Looking once over all that is there; nothing of it is tagged by itself.")
    position = Position()
    async for asset in client.search.walk(Query()):
        begun, read = max(position.begun, asset.created_at), asset.updated_at
        position = Position(begun, max(position.read, read))
    return position


class Looker:
    """Looks at one account, and remembers what is not ready yet."""

    def __init__(self, client: ImmichClient, memory: Memory) -> None:
        """As :class:`~tagwright_adapters.immich.watching.ImmichWatcher`."""
        self._client = client
        self._memory = memory
        self._awaited: dict[str, float] = {}  # monotonic time until which there is hope
        self._ownership = Ownership(client.account)

    def awaited(self) -> Collection[str]:
        """Return the new assets that may be ready any moment."""
        now = time.monotonic()
        self._awaited = {one: until for one, until in self._awaited.items() if until > now}
        return self._awaited.keys()

    def in_vain(self) -> float:
        """Return for how many seconds even the latest of these was awaited."""
        return time.monotonic() + _HOPE - max(self._awaited.values(), default=0.0)

    async def expect(self, assets: Collection[str]) -> int:
        """Look out for assets, as far as they are new; return how many are."""
        new = set(assets) - await self._memory.known(assets)
        until = time.monotonic() + _HOPE
        self._awaited = dict.fromkeys(new, until) | self._awaited
        return len(new)

    async def look(self, position: Position, *, whole: bool = True) -> AsyncIterator[Look]:
        """Yield what changed since, in portions, in no order; new ones only once they are ready.

        Args:
            position: How far the account was read.
            whole: Whether to look into the archive too where that is another request, though
                nothing has changed in the timeline.

        Raises:
            ImmichError: the server does not answer as it should.
        """
        portion: list[Asset] = []
        async for asset in self._changed(position.read, whole=whole):
            portion.append(asset)
            if len(portion) == LARGEST_PAGE:
                yield await self._sorted(portion, position)
                portion = []
        if portion:
            yield await self._sorted(portion, position)

    async def _changed(self, read: datetime, *, whole: bool) -> AsyncIterator[Asset]:
        since, search = read - _OVERLAP, self._client.search
        query = Query(updated_after=since, with_exif=True, with_people=True, hidden=True)
        newest = read
        for place in SHOWN if await search.is_parted() else (None,):
            if place == "archive" and not whole and newest == read:
                return
            async for asset in search.walk(replace(query, visibility=place)):
                newest = max(newest, asset.updated_at)
                yield asset

    async def _sorted(self, assets: Sequence[Asset], position: Position) -> Look:
        ours = [one for one in assets if await self._is_ours(one)]
        known = await self._memory.known([one.id for one in ours]) if ours else frozenset()
        later = [one for one in ours if one.id not in known and one.created_at > position.begun]
        new = await self._uploaded(later, position.begun)
        ready = [one for one in new if one.thumbhash is not None]
        hope = time.monotonic() + _HOPE
        for one in new:
            if one.thumbhash is None:
                self._awaited.setdefault(one.id, hope)
            else:
                self._awaited.pop(one.id, None)
        # All of them: what was known of one that has changed is not to be believed any more.
        self._memory.seen(ours, await self._untagged(ready) if ready else frozenset())
        found = [*ready, *(one for one in ours if one.id in known)]
        newest = max(asset.updated_at for asset in assets)
        late = (one for one in new if one.thumbhash is None and newest - one.created_at < _LATE)
        first = min((one.updated_at for one in late), default=None)
        entries = [Entry(one.id, 0, one.modified) for one in found]
        return Look(entries, bool(ready), newest, first)

    async def _is_ours(self, asset: Asset) -> bool:
        if asset.visibility not in SHOWN:  # a live photo's video: nothing comes of it
            self._awaited.pop(asset.id, None)
            return False
        return not asset.is_offline and await self._ownership.is_own(asset)

    async def _uploaded(self, assets: Sequence[Asset], begun: datetime) -> Sequence[Asset]:
        """Return those that were uploaded since, though they may not tell."""
        if all(asset.tells_upload for asset in assets):
            return assets
        first = min(asset.updated_at for asset in assets)
        query = Query(created_after=begun, updated_after=first)
        found = {asset.id async for asset in self._client.search.beside(query, assets)}
        return [asset for asset in assets if asset.id in found]

    async def _untagged(self, assets: Sequence[Asset]) -> Set[str]:
        first = min(asset.updated_at for asset in assets)
        return await self._client.search.untagged(Query(updated_after=first), assets)
