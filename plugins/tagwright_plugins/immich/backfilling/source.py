"""Looks once through what was chosen of an account, newest first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from tagwright.pipeline import Settings, Tally
from tagwright.ports import Arrival, Entry, Listing
from tagwright.state import Lane, lookups
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichUnavailableError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.ownership import Ownership
from tagwright_adapters.immich.searching import Query
from tagwright_plugins.immich.backfilling.patience import Patience
from tagwright_plugins.immich.deleting import DeletedTags

T = TypeVar("T")

_TICK = timedelta(milliseconds=1)

PORTION = 250
"""Photos that are looked up at once: what is seen of them is good for three minutes only."""


@dataclass(slots=True)
class Apart:
    """Photos that were chosen and are left to others."""

    serving: int = 0  # to "immich serve"
    others: int = 0  # another's, or not there at present


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be looked through."""

    query: Query  # with exif and people
    limit: int | None  # photos that may be queued
    begun: datetime | None  # what was uploaded later is for those who serve; None: nothing is
    count_only: bool = False  # nothing is read afterwards


class Backfill:
    """Implements :class:`tagwright.ports.Watcher`; ends by itself."""

    def __init__(  # noqa: PLR0917 - an account, what of it, for what run
        self,
        client: ImmichClient,
        library: ImmichLibrary,
        deleted: DeletedTags,
        lane: Lane,
        settings: Settings,
        chosen: Chosen,
        tally: Tally,
        patience: Patience,
    ) -> None:
        """Make one that has not looked yet.

        Args:
            client: Of the account; whoever made it closes it.
            library: Is told what is seen, so that it need not be read again.
            deleted: Finds out about tags that are not wanted any more.
            lane: To what is known.
            settings: Of the run.
            chosen: What is looked through.
            tally: Of the run: says how much of the limit is used up.
            patience: Says how long Immich is waited for.
        """
        self.apart = Apart()
        self._client = client
        self._library = library
        self._deleted = deleted
        self._lane = lane
        self._settings = settings
        self._chosen = chosen
        self._tally = tally
        self._patience = patience
        self._stopping = asyncio.Event()
        self._ownership = Ownership(client.account)

    def stop(self) -> None:
        """Look no further."""
        self._stopping.set()

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield what there is in portions, what is done among it.

        Raises:
            ImmichError: the server does not answer, for too long or not as it should.
        """
        await self._bear(self._deleted.look)
        portion: dict[str, Asset] = {}
        async for asset in self._found():
            if self._stopping.is_set() or not self._room(1):
                return
            if not await self._is_left_out(asset):
                portion[asset.id] = asset
            if len(portion) == PORTION:
                async for arrival in self._handed_over(list(portion.values())):
                    yield arrival
                portion = {}
        async for arrival in self._handed_over(list(portion.values())):
            yield arrival

    async def _found(self) -> AsyncIterator[Asset]:
        """Yield what was chosen, newest first; after an outage some of it twice."""
        query, last = self._chosen.query, None
        while True:
            try:
                async for asset in self._client.search.walk(query, size=PORTION):
                    self._patience.well()
                    last = asset
                    yield asset
            except ImmichUnavailableError as exc:
                await self._rest(exc)
                query = replace(query, taken_before=last.file_created_at) if last else query
            else:
                return

    async def _bear(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer, or waiting is in vain."""
        while True:
            try:
                answer = await ask()
            except ImmichUnavailableError as exc:
                await self._rest(exc)
            else:
                self._patience.well()
                return answer

    async def _rest(self, error: ImmichUnavailableError) -> None:
        seconds = self._patience.rest(error)
        if seconds is None or self._stopping.is_set():
            raise error
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
                raise error

    async def _is_left_out(self, asset: Asset) -> bool:
        own = await self._bear(lambda: self._ownership.is_own(asset))
        if asset.is_offline or not own:
            self.apart.others += 1
            return True
        begun = self._chosen.begun
        if begun is not None and asset.tells_upload and asset.created_at > begun:
            self.apart.serving += 1
            return True
        return False

    async def _handed_over(self, portion: Sequence[Asset]) -> AsyncIterator[Arrival]:
        if not portion:
            return
        done, waiting = await self._lane(lambda c: self._known(c, portion))
        self.apart.serving += len(waiting)
        if done:
            yield _arrival([one for one in portion if one.id in done])
        short = [one for one in portion if one.id not in done and one.id not in waiting]
        untagged = await self._bear(lambda: self._untagged(short))
        while short and not self._stopping.is_set() and (room := self._room(len(short))):
            part, short = short[:room], short[room:]
            self._library.seen(part, untagged)
            yield _arrival(part)

    def _known(self, connection: Connection, portion: Sequence[Asset]) -> tuple[Set[str], Set[str]]:
        """Return which of them are done, and which wait to be done by those who serve."""
        name, goal = self._library.name, self._settings.goal
        listing = Listing.of("", map(_entry, portion))
        done: set[str] = set()
        if not self._settings.force:
            found = lookups.reached(connection, name, [listing], goal, whole=False)
            done = {one for one, _, _ in set(listing.entries) & set(found[""])}
        return done, lookups.waiting(connection, name, listing.names, "immich")

    async def _untagged(self, assets: Sequence[Asset]) -> Set[str]:
        """Return which of those that a search found just now have no tag."""
        numbers = {asset.id for asset in assets}
        query = self._chosen.query
        if query.untagged or self._chosen.count_only or not assets:
            return numbers
        taken = [asset.file_created_at for asset in assets]
        created = [asset.created_at for asset in assets]
        lean = replace(query, with_exif=False, with_people=False)
        span = replace(lean, taken_after=min(taken), taken_before=max(taken))
        if all(asset.tells_upload for asset in assets):
            span = span.uploaded(min(created), max(created) + _TICK)
        return await self._client.search.untagged(span, assets) & numbers

    def _room(self, wanted: int) -> int:
        limit = self._chosen.limit
        return wanted if limit is None else max(min(wanted, limit - self._tally.queued), 0)


def _entry(asset: Asset) -> Entry:
    return Entry(asset.id, 0, asset.modified)


def _arrival(assets: Sequence[Asset]) -> Arrival:
    return Arrival((Listing.of("", map(_entry, assets)),))
