"""Waiting until Immich is through with what was written, and reading it back.

Few assets are read one by one. Where many wait, searches for a few tags, so that each asset has one
of them, tell which are through and have kept what they were given.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, datetime

from tagwright.errors import TagwrightError
from tagwright_adapters.immich.book import TagBook
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichBusyError, ImmichUnavailableError
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.patience import Patience
from tagwright_adapters.immich.searching import Query
from tagwright_adapters.immich.waiting import Change, Waiting, cover, shown, signs_of

_ENOUGH = 8  # assets that are looked at together at once; fewer wait for company
_WORTH = 0.7  # searches for each asset; else it is read by itself

Path = tuple[str, ...]


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
        self.kept: set[Path] = set()
        """Tags that have stayed on some asset as they are."""

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
        if len(self._waiting) == 1:
            await self._alone(due[0])
        elif now < self._next:  # no search for each one that comes
            for one in due:
                one.due = self._next
        else:
            self._next = now + self._patience.gathering
            try:
                single = await self._together(now)
            except TagwrightError as exc:
                for one in due:
                    self._later(one, exc)
                return
            await asyncio.gather(*(self._alone(one) for one in single))

    async def _together(self, now: float) -> Sequence[Waiting]:
        """Look at many with few searches; return those that are to be read by themselves."""
        ripe = [one for one in self._waiting if one.begun + self._patience.settled[0] <= now]
        alike = [one for one in ripe if not one.apart and one.change.signs <= self.kept]
        usable = self._book.known(signs_of(alike))
        chosen = await self._chosen(alike, usable.keys(), now)
        await asyncio.gather(*(self._by_tag(usable[tag], some) for tag, some in chosen.items()))
        looked = {one for some in chosen.values() for one in some}
        return self._single([one for one in ripe if one.due <= now and one not in looked], now)

    async def _chosen(
        self, alike: Sequence[Waiting], known: Set[Path], now: float
    ) -> Mapping[Path, Sequence[Waiting]]:
        """Choose the tags to search for, if it is time for that and fewer requests."""
        if len(alike) < _ENOUGH and not any(self._has_held(one, now) for one in alike):
            return {}
        above = await self._patience.ask(self._book.above)
        chosen = cover(alike, known - above)
        return chosen if len(chosen) <= len(alike) * _WORTH else {}

    def _has_held(self, one: Waiting, now: float) -> bool:
        return now - one.begun > self._patience.holding

    def _single(self, some: Sequence[Waiting], now: float) -> Sequence[Waiting]:
        """Return those to be read; others wait for company, or for what that tells of their tags.

        Nobody waits for what is read back: the tags are there to be seen.
        """
        to_be_known = set(self.kept)
        single: list[Waiting] = []
        for one in some:
            new = not one.change.signs <= to_be_known
            if one.apart or new or self._has_held(one, now):
                single.append(one)
                to_be_known |= one.change.signs
            else:
                one.due = self._next
        return single

    async def _by_tag(self, tag: str, some: Sequence[Waiting]) -> None:
        """Look which assets Immich is through with, and a tag is there still: so all of them are.

        They came in one request, and what Immich loses of one it loses altogether.
        """
        since = min(one.change.since for one in some)
        found = await self._found(Query(tag=tag, updated_after=since))
        for one in some:
            asset = found.get(one.number)
            if asset is not None and one.through(asset):
                self._end(one, shown(asset, one.change.come))
            else:
                self._later(one)

    async def _alone(self, one: Waiting) -> None:
        try:
            asset = await self._patience.ask(lambda: self._client.assets.get(one.number))
        except TagwrightError as exc:
            self._later(one, exc)
            return
        self.note([asset])
        self.kept |= one.change.come & set(asset.paths)
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
