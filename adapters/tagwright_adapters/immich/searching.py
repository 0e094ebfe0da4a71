"""Finding assets, whatever the server does to its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tagwright_adapters.immich.account import AccountCalls
from tagwright_adapters.immich.connection import Connection
from tagwright_adapters.immich.errors import ImmichTooOldError
from tagwright_adapters.immich.models import Asset

LARGEST_PAGE = 1_000

SHOWN = ("timeline", "archive")
"""Where the photos are that people see as theirs."""

_WHOLE = 3  # from this version on, a search finds all but what is locked, unless it is told where

_Span = tuple[datetime, datetime]
_TICK = timedelta(milliseconds=1)  # Immich keeps the times of photos no finer
_EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Query:
    """What to find; everything that is not set does not matter.

    Trashed and locked assets are never found, archived ones are.
    """

    created_after: datetime | None = None  # uploaded at this moment or later
    created_before: datetime | None = None
    updated_after: datetime | None = None  # our own writes are changes too
    taken_after: datetime | None = None
    taken_before: datetime | None = None
    album: str | None = None
    person: str | None = None
    tag: str | None = None  # has this one or one below it
    untagged: bool = False
    favourite: bool | None = None
    visibility: str | None = None  # "timeline", "archive"; None: both
    hidden: bool = False  # the videos of live photos too, where they are found in passing: from 3.0
    with_exif: bool = False
    with_people: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """Return it as Immich takes it."""
        asked = {
            "createdAfter": _stamp(self.created_after),
            "createdBefore": _stamp(self.created_before),
            "updatedAfter": _stamp(self.updated_after),
            "takenAfter": _stamp(self.taken_after),
            "takenBefore": _stamp(self.taken_before),
            "albumIds": [self.album] if self.album else None,
            "personIds": [self.person] if self.person else None,
            "tagIds": [self.tag] if self.tag else None,
            "isFavorite": self.favourite,
            "visibility": self.visibility,
            "withExif": True if self.with_exif else None,
            "withPeople": True if self.with_people else None,
        }
        set_ones = {name: value for name, value in asked.items() if value is not None}
        return set_ones | ({"tagIds": None} if self.untagged else {})

    def uploaded(self, begin: datetime, end: datetime) -> Query:
        """Return the same for a part of what was uploaded, its ends included."""
        after = begin if self.created_after is None else max(begin, self.created_after)
        before = end if self.created_before is None else min(end, self.created_before)
        return replace(self, created_after=after, created_before=before)


class Page(BaseModel):
    """Some of the assets, newest first; how many there are in all is not told."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    items: tuple[Asset, ...]
    next_page: str | None = Field(default=None, alias="nextPage")


class _Found(BaseModel):
    assets: Page


class _Statistics(BaseModel):
    total: int


_FOUND = TypeAdapter(_Found)
_STATISTICS = TypeAdapter(_Statistics)


class SearchCalls:
    """Results never have tags: for those each asset is read by itself."""

    def __init__(self, connection: Connection, account: AccountCalls) -> None:
        """Ask over these connections."""
        self._connection = connection
        self._account = account

    async def page(self, query: Query, *, number: int = 1, size: int = LARGEST_PAGE) -> Page:
        """Return one page as it is; before 3.1 the order may change from one to the next.

        A query that does not say where finds the timeline alone before 3.0, and later on all but
        what is locked.
        """
        body = query.body | {"page": number, "size": size, "order": "desc"}
        path, permission = "/search/metadata", "asset.read"
        found = await self._connection.ask(
            "POST", path, _FOUND, permission, body=body, probing=query.untagged
        )
        return found.assets

    async def count(self, query: Query) -> int:
        """Return how many there are, partners' included where the account shows them."""
        places = SHOWN if query.visibility is None else (query.visibility,)
        return sum([await self._count(query, place) for place in places])

    async def walk(self, query: Query, *, size: int = LARGEST_PAGE) -> AsyncIterator[Asset]:
        """Yield everything that is found, newest photo first, each once."""
        if query.visibility is None and await self._account.major() < _WHOLE:
            parts = [self._walk(replace(query, visibility=place), size) for place in SHOWN]
            async for asset in _merged(parts):
                yield asset
            return
        async for asset in self._walk(query, size):
            if query.visibility or query.hidden or asset.visibility in SHOWN:
                yield asset

    async def beside(self, query: Query, assets: Iterable[Asset]) -> AsyncIterator[Asset]:
        """Yield what is found where some assets are, the timeline or the archive, in no order."""
        for place in sorted({asset.visibility for asset in assets}):
            async for asset in self.walk(replace(query, visibility=place)):
                yield asset

    async def untagged(self, query: Query, assets: Iterable[Asset]) -> Set[str]:
        """Return what is found that has no tag, where some assets are; nothing on 2.5.

        That version refuses to tell.
        """
        try:
            return {one.id async for one in self.beside(replace(query, untagged=True), assets)}
        except ImmichTooOldError:
            return frozenset()

    async def _count(self, query: Query, place: str) -> int:
        plain = replace(query, visibility=place, with_exif=False, with_people=False)
        path, permission = "/search/statistics", "asset.statistics"
        found = await self._connection.ask("POST", path, _STATISTICS, permission, body=plain.body)
        return found.total

    async def _walk(self, query: Query, size: int) -> AsyncIterator[Asset]:
        """Yield what is found in as many pages as it takes.

        Page numbers lose assets where equals change places. So each step begins anew at the
        moment where the one before ended, and takes first pages only.
        """
        known: set[str] = set()  # those that the next page may show again
        while True:
            page = await self.page(query, size=size)
            for asset in page.items:
                if asset.id not in known:
                    yield asset
            if page.next_page is None:
                return
            newest, oldest = page.items[0].file_created_at, page.items[-1].file_created_at
            shown = {asset.id for asset in page.items}
            known = known | shown if newest == oldest else shown
            if newest == oldest:  # perhaps more than a page of one moment
                moment = replace(query, taken_after=oldest, taken_before=oldest)
                async for asset in self._split(moment, _EVER, size):
                    if asset.id not in known:
                        known.add(asset.id)
                        yield asset
                if query.taken_before is not None and oldest > query.taken_before:
                    return  # it was taken at no time that can be asked for
                oldest -= _TICK
            query = replace(query, taken_before=oldest)

    async def _split(self, query: Query, span: _Span, size: int) -> AsyncIterator[Asset]:
        """Yield what was uploaded in a span, some twice; splits it until that fits on a page."""
        begin, end = span
        page = await self.page(query.uploaded(begin, end), size=size)
        if page.next_page is None or end - begin <= _TICK:
            for asset in page.items:
                yield asset
            return
        middle = sorted(asset.created_at for asset in page.items)[len(page.items) // 2]
        if not begin < middle < end:
            middle = begin + (end - begin) / 2
        for half in ((begin, middle), (middle, end)):
            async for asset in self._split(query, half, size):
                yield asset


async def _merged(parts: Iterable[AsyncIterator[Asset]]) -> AsyncIterator[Asset]:
    """Yield what several walks yield, newest photo first."""
    heads = {part: asset for part in parts if (asset := await anext(part, None))}
    while heads:
        part = max(heads, key=lambda one: heads[one].file_created_at)
        yield heads.pop(part)
        if asset := await anext(part, None):
            heads[part] = asset


def _stamp(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
