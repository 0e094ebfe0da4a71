"""Waiting until Immich is through with what was written, and reading it back.

Few assets are read one by one. Where many wait, one search tells which of them are through, and
one search per tag which of them have it: with a vocabulary of some size that is fewer requests.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime

from tagwright.errors import TagwrightError
from tagwright_adapters.immich.book import TagBook
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichBusyError, ImmichUnavailableError
from tagwright_adapters.immich.models import Asset, Tag
from tagwright_adapters.immich.patience import Patience
from tagwright_adapters.immich.searching import Query

Path = tuple[str, ...]
Paths = frozenset[Path]
_FEW = 3  # assets that are read one by one without asking first whether they are through
_ENOUGH = 3  # assets for each search; no others are waited for then
_LATE = 2  # looks after which an asset is read by itself


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to an asset, and how to see that it stays."""

    before: Asset
    since: datetime  # what Immich's clock had shown by then
    come: Paths = frozenset()
    go: Paths = frozenset()
    sure: bool = True  # whether Immich has anything to do at all
    doubtful: bool = False  # whether tags may go later, as in a library without sidecars


@dataclass(slots=True, eq=False)
class _Waiting:
    change: Change
    begun: float  # s
    due: float  # s, when it is looked at next
    seen: asyncio.Future[Asset]
    looks: int = 0
    again: bool = False  # whether it was through, and is only looked at once more

    @property
    def number(self) -> str:
        return self.change.before.id

    def through(self, asset: Asset) -> bool:
        """Whether Immich is, as far as the time of change tells: other jobs raise it as well."""
        late = self.looks >= _LATE  # Immich's clock may have been set
        changed = asset.updated_at != self.change.before.updated_at or not self.change.sure
        return asset.updated_at > self.change.since or (late and changed)

    def right(self, asset: Asset) -> bool:
        """Whether an asset has what it is to have."""
        paths = set(asset.paths)
        return self.change.come <= paths and not self.change.go & paths


class Settling:
    """Looks after all assets that were written to."""

    def __init__(self, client: ImmichClient, book: TagBook, patience: Patience) -> None:
        """Look over this client."""
        self._client = client
        self._book = book
        self._patience = patience
        self._waiting: dict[_Waiting, None] = {}
        self._task: asyncio.Task[None] | None = None
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
        one = _Waiting(change, now, now + self._patience.settled[0], seen)
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

    async def _look(self, due: Sequence[_Waiting]) -> None:
        if self._hold(due):
            return
        try:
            single = due if len(due) <= _FEW else await self._together(due)
        except TagwrightError as exc:
            for one in due:
                self._later(one, exc)
            return
        await asyncio.gather(*(self._alone(one) for one in single))

    def _hold(self, due: Sequence[_Waiting]) -> bool:
        """Put off reading back while others come that can be read back in the same searches."""
        looked_at = set(due)
        younger = [one.due for one in self._waiting if one not in looked_at]
        longest = self._patience.clock() - min(one.begun for one in due)
        if not younger or len(self._waiting) <= _FEW or longest >= self._patience.gathering:
            return False
        if len(due) >= _ENOUGH * len(_tags(due)):
            return False
        for one in due:
            one.due = min(younger)
        return True

    async def _together(self, due: Sequence[_Waiting]) -> Sequence[_Waiting]:
        """Look at many with few searches; return those that are to be read by themselves."""
        since = min(one.change.since for one in due)
        changed = await self._found(Query(updated_after=since))
        single: list[_Waiting] = []
        alike: list[_Waiting] = []
        above = await self._patience.ask(self._book.above)
        for one in due:
            asset = changed.get(one.number)
            if asset is None or not one.through(asset):
                if one.looks >= _LATE:
                    single.append(one)
                else:
                    self._later(one)
            elif one.again or one.change.doubtful or one.change.go or one.change.come & above:
                single.append(one)
            else:
                alike.append(one)
        if len(_tags(alike)) >= len(alike):
            return [*single, *alike]
        await self._by_tag(alike, since)
        return single

    async def _by_tag(self, alike: Sequence[_Waiting], since: datetime) -> None:
        numbers = self._book.known(_tags(alike))
        searches = (self._found(Query(tag=one, updated_after=since)) for one in numbers.values())
        found = dict(zip(numbers, await asyncio.gather(*searches), strict=True))
        for one in alike:
            shown = [found.get(path, {}).get(one.number) for path in one.change.come]
            assets = [asset for asset in shown if asset is not None]
            if len(assets) == len(shown):
                self._end(one, _with(assets, numbers, one.change.come))
            else:
                one.again = True
                self._later(one)

    async def _alone(self, one: _Waiting) -> None:
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

    def _later(self, one: _Waiting, exc: TagwrightError | None = None) -> None:
        """Look at an asset again after a while, if what failed may pass and it is not too late."""
        one.looks += 1
        passing = exc is None or isinstance(exc, ImmichUnavailableError)
        if not passing or one.looks >= len(self._patience.settled):
            self._end(one, copy.copy(exc) if exc else _busy(one.number))
            return
        asked = exc.retry_after if isinstance(exc, ImmichUnavailableError) else None
        pause = max(self._patience.settled[one.looks], asked or 0.0)
        one.due = self._patience.clock() + pause

    def _end(self, one: _Waiting, outcome: Asset | Exception) -> None:
        self._waiting.pop(one, None)
        if one.seen.done():  # nobody waits any more
            return
        if isinstance(outcome, Asset):
            one.seen.set_result(outcome)
        else:
            one.seen.set_exception(outcome)

    async def _found(self, query: Query) -> Mapping[str, Asset]:
        """Return what is waited for of all that is found, which may be a whole library at first."""

        async def find() -> Mapping[str, Asset]:
            wanted = {one.number for one in self._waiting}
            found: dict[str, Asset] = {}
            async for asset in self._client.search.walk(query):
                self.note([asset])
                if asset.id in wanted:
                    found[asset.id] = asset
            return found

        return await self._patience.ask(find)


def _tags(some: Iterable[_Waiting]) -> Set[Path]:
    return {path for one in some for path in one.change.come}


def _with(seen: Sequence[Asset], numbers: Mapping[Path, str], paths: Paths) -> Asset:
    """Return the latest of several looks at an asset, with tags."""
    tags = tuple(Tag(id=numbers[path], value="/".join(path)) for path in paths)
    return max(seen, key=lambda one: one.updated_at).model_copy(update={"tags": tags})


def _busy(number: str) -> ImmichBusyError:
    message = "Immich has not finished writing its tags."
    cure = "Its job queues may be full: see Administration > Jobs."
    return ImmichBusyError(message, asset=number, cure=cure)
