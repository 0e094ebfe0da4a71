"""Waiting until Immich is through with what was written, and reading it back.

Few assets are read one by one. Where many wait, one search tells which of them are through, and
one search per tag which of them have it: with a vocabulary of some size that is fewer requests.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from tagwright.errors import TagwrightError
from tagwright_adapters.immich.book import TagBook
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichBusyError, ImmichUnavailableError
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.patience import Patience
from tagwright_adapters.immich.searching import Query
from tagwright_adapters.immich.waiting import LATE, Change, Waiting, shown, tags_of

_FEW = 3  # assets that are read one by one without asking first whether they are through
_ENOUGH = 3  # assets for each search; no others are waited for then


class Settling:
    """Looks after all assets that were written to."""

    def __init__(self, client: ImmichClient, book: TagBook, patience: Patience) -> None:
        """Look over this client."""
        self._client = client
        self._book = book
        self._patience = patience
        self._waiting: dict[Waiting, None] = {}
        self._task: asyncio.Task[None] | None = None
        self._next = 0.0  # s, when many are looked at again
        self.latest = datetime.min.replace(tzinfo=UTC)
        """The latest change that was seen: Immich's clock shows at least that."""

    def note(self, assets: Iterable[Asset]) -> None:
        """Take note of when these were changed."""
        self.latest = max(self.latest, *(asset.updated_at for asset in assets), self.latest)

    async def settled(self, change: Change) -> Asset:
        """Return an asset once Immich is through with it; tags that are told may be only ours.

        One that is not as it was made was looked at twice.

        Raises:
            ImmichBusyError: that takes too long.
            ImmichError: it cannot be found out.
        """
        now = self._patience.clock()
        seen: asyncio.Future[Asset] = asyncio.get_running_loop().create_future()
        one = Waiting(change, now, now + self._patience.settled[0], seen)
        self._waiting[one] = None
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        try:
            return await one.seen
        finally:
            self._waiting.pop(one, None)

    async def aclose(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for one in self._waiting:
            one.seen.cancel()

    async def _run(self) -> None:
        try:
            while self._waiting:
                now = self._patience.clock()
                due = [one for one in self._waiting if one.due <= now]
                if due:
                    await self._look(due)
                else:
                    await self._patience.sleep(min(one.due for one in self._waiting) - now)
        except Exception as exc:  # noqa: BLE001 - those who wait are told, whatever it is
            for one in list(self._waiting):
                self._end(one, exc)
        finally:
            self._task = None

    async def _look(self, due: Sequence[Waiting]) -> None:
        now = self._patience.clock()
        if len(self._waiting) <= _FEW:
            await asyncio.gather(*(self._alone(one) for one in due))
        elif now < self._next:  # no search for each one that comes
            for one in due:
                one.due = self._next
        else:
            self._next = now + self._patience.settled[1]
            try:
                single = await self._together(now)
            except TagwrightError as exc:
                for one in due:
                    self._later(one, exc)
                return
            await asyncio.gather(*(self._alone(one) for one in single))

    async def _together(self, now: float) -> Sequence[Waiting]:
        """Look at all with few searches; return those that are to be read by themselves."""
        ripe = [one for one in self._waiting if one.begun + self._patience.settled[0] <= now]
        single = await self._find_through([one for one in ripe if one.through_at is None], now)
        above = await self._patience.ask(self._book.above)
        alike: list[Waiting] = []
        for one in ripe:
            if one.through_at is None:
                continue
            if not one.apart and not one.change.come & above:
                alike.append(one)
            elif one.due <= now:
                single.append(one)
        if self._hold(alike, now):
            for one in alike:
                one.due = self._next
        elif len(tags_of(alike)) < len(alike):
            await self._by_tag(alike)
        else:
            single += alike
        return single

    async def _find_through(self, some: Sequence[Waiting], now: float) -> list[Waiting]:
        """Find out which of these Immich is through with; return those that do not show."""
        if not some:
            return []
        changed = await self._found(Query(updated_after=min(one.change.since for one in some)))
        hidden: list[Waiting] = []
        for one in some:
            asset = changed.get(one.number)
            if asset is not None and one.through(asset):
                one.through_at = now
            elif one.due <= now and one.looks in (LATE, len(self._patience.settled) - 1):
                hidden.append(one)  # it may have been put away, and then no search finds it
            elif one.due <= now:
                self._later(one)
        return hidden

    def _hold(self, alike: Sequence[Waiting], now: float) -> bool:
        """Say whether others are waited for that can be read back in the same searches."""
        if len(alike) == len(self._waiting) or len(alike) >= _ENOUGH * len(tags_of(alike)):
            return False
        return now - min(one.through_at or now for one in alike) < self._patience.gathering

    async def _by_tag(self, alike: Sequence[Waiting]) -> None:
        numbers = self._book.known(tags_of(alike))
        since = min(one.change.since for one in alike)
        searches = (self._found(Query(tag=one, updated_after=since)) for one in numbers.values())
        found = dict(zip(numbers, await asyncio.gather(*searches), strict=True))
        for one in alike:
            looks = [found.get(path, {}).get(one.number) for path in one.change.come]
            assets = [asset for asset in looks if asset is not None]
            if len(assets) == len(looks):
                self._end(one, shown(assets, numbers, one.change.come))
            else:
                one.again = True
                self._later(one)

    async def _alone(self, one: Waiting) -> None:
        try:
            asset = await self._patience.ask(lambda: self._client.assets.get(one.number))
        except TagwrightError as exc:
            self._later(one, exc)
            return
        self.note([asset])
        if not one.through(asset) or (one.change.doubtful and not one.again):
            one.again = one.through(asset)
            self._later(one)
        elif one.right(asset) or one.again:
            self._end(one, asset)
        else:
            one.again = True
            self._later(one)

    def _later(self, one: Waiting, exc: TagwrightError | None = None) -> None:
        """Look at an asset again after a while, if what failed may pass and it is not too late."""
        one.looks += 1
        passing = exc is None or isinstance(exc, ImmichUnavailableError)
        if not passing or one.looks >= len(self._patience.settled):
            self._end(one, copy.copy(exc) if exc else _busy(one.number))
            return
        asked = exc.retry_after if isinstance(exc, ImmichUnavailableError) else None
        pause = max(self._patience.settled[one.looks], asked or 0.0)
        one.due = self._patience.clock() + pause

    def _end(self, one: Waiting, outcome: Asset | Exception) -> None:
        self._waiting.pop(one, None)
        one.end(outcome)

    async def _found(self, query: Query) -> Mapping[str, Asset]:
        """Return what is waited for of all that is found, which may be a whole library at first."""

        async def find() -> Mapping[str, Asset]:
            wanted = {one.number for one in self._waiting}
            before = [one.change.before for one in self._waiting]
            found: dict[str, Asset] = {}
            async for asset in self._client.search.beside(query, before):
                self.note([asset])
                if asset.id in wanted:
                    found[asset.id] = asset
            return found

        return await self._patience.ask(find)


def _busy(number: str) -> ImmichBusyError:
    message = "Immich has not finished writing its tags."
    cure = "Its job queues may be full: see Administration > Jobs."
    return ImmichBusyError(message, asset=number, cure=cure)
