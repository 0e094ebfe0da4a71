"""Writes to assets that stick: one call for all tags, then wait, read back, repair.

Each tagging sets off a chain within Immich: it writes the sidecar, reads the metadata again and
replaces the asset's tags with what it read. A second write while a chain runs loses tags for good.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from math import inf

from tagwright.errors import UnreadableError, VerificationError
from tagwright.pipeline.turns import Turns
from tagwright_adapters.immich.book import TagBook
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.colouring import Painter
from tagwright_adapters.immich.errors import (
    ImmichBusyError,
    ImmichMissingError,
    ImmichReadOnlyError,
)
from tagwright_adapters.immich.giving import Given, Giving
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.patience import PATIENT, Patience
from tagwright_adapters.immich.settling import Settling
from tagwright_adapters.immich.waiting import Change

__all__ = ["PATIENT", "Patience", "Writer"]

Path = tuple[str, ...]
Paths = frozenset[Path]
_ROUNDS = 4  # a write with tags that turn out to be deleted, one with new ones, two repairs

Told = Callable[[Paths], Awaitable[None]]
"""Is told which of the tags somebody else gave the asset meanwhile."""


class Writer:
    """Changes the tags of assets, each asset at the bidding of one caller at a time."""

    def __init__(
        self, client: ImmichClient, patience: Patience, painter: Painter | None = None
    ) -> None:
        """Write over this client; the painter colours tags that are made."""
        self._client = client
        self._patience = patience
        self.book = TagBook(client.tags, patience.clock, painter)
        self._giving = Giving(client, self.book, patience)
        self._settling = Settling(client, self.book, patience)
        self._under_way = 0
        self._failed: dict[str, float] = {}  # s, by asset; what was sent may be at work still
        self._read_only: set[str] = set()  # external libraries
        self._writable: set[str] = set()
        self._turns = Turns()

    def note(self, assets: Iterable[Asset]) -> None:
        """Take note of when these were changed: Immich's clock shows at least that."""
        self._settling.note(assets)

    async def ready(self, number: str) -> Asset:
        """Return an asset once its thumbnail is made; to tag it before destroys its own tags.

        Raises:
            ImmichBusyError: that takes too long.
            ImmichMissingError: it is gone.
            UnreadableError: there is none long after the upload.
        """
        failed = self._failed.get(number, -inf)
        rest = max(0.0, failed + self._patience.settled[0] - self._patience.clock())
        for pause in (rest, *self._patience.ready):
            await self._patience.sleep(pause)
            asset = await self._read(number)
            if asset.thumbhash is not None:
                return asset
        if datetime.now(UTC) - asset.created_at > self._patience.corrupt:
            cure = "The file may be corrupt: look at it in Immich."
            raise UnreadableError("Immich has no preview of it.", asset=number, cure=cure)
        message = "Immich has not made its preview yet."
        raise ImmichBusyError(message, asset=number)

    def check(self, asset: Asset) -> None:
        """Make sure that an asset may be written to, as far as that is known.

        Raises:
            ImmichReadOnlyError: it is in a library that did not take a write before.
        """
        if asset.library_id in self._read_only:
            raise _read_only(asset)

    async def change(self, asset: Asset, come: Paths, go: Paths, told: Told) -> Asset:
        """Give and take tags; return the asset as it was read back.

        Where a look at it was not the latest, tags that come may turn out to be there already.

        Raises:
            ImmichReadOnlyError: it is in an external library that takes no sidecars.
            VerificationError: the tags do not stay as they were set.
            ImmichError: the server does not do as it should.
        """
        self._under_way += 1
        try:
            async with self._trial(asset):
                return await self._changed(asset, come, go, told)
        except BaseException:
            self._note_failure(asset.id)
            raise
        finally:
            self._under_way -= 1

    @asynccontextmanager
    async def _trial(self, asset: Asset) -> AsyncIterator[None]:
        """Have only one asset of an external library written to until it is known to take it."""
        library = asset.library_id
        async with AsyncExitStack() as turn:
            if library is not None and library not in self._writable:
                await turn.enter_async_context(self._turns.of(library))
                if library in self._writable:
                    await turn.aclose()
            self.check(asset)
            yield

    def _note_failure(self, number: str) -> None:
        now = self._patience.clock()
        gap = self._patience.settled[0]
        self._failed = {one: at for one, at in self._failed.items() if now - at < gap}
        self._failed[number] = now

    async def aclose(self) -> None:
        """Leave what is under way."""
        await self._giving.aclose()
        await self._settling.aclose()

    async def _changed(self, asset: Asset, come: Paths, go: Paths, told: Told) -> Asset:
        for _ in range(_ROUNDS):
            asset = await self._take(asset, go)
            asset, left = await self._give(asset, come, go, told)
            if come - left <= set(asset.paths) and not go & set(asset.paths):
                self._writable.add(asset.library_id or "")
                return asset
        if asset.library_id is not None and not come & set(asset.paths):
            self._read_only.add(asset.library_id)
            raise _read_only(asset)
        message = "the tags that were set do not stay as they were set."
        raise VerificationError(message, asset=asset.id)

    async def _take(self, asset: Asset, go: Paths) -> Asset:
        for tag in asset.tags or ():
            if tag.path in go:
                with suppress(ImmichMissingError):  # the tag was deleted meanwhile, or the asset
                    since = self._since(asset)
                    outcomes = await self._client.tags.take(tag.id, [asset.id])
                    if any(one.success for one in outcomes):
                        change = Change(asset, since, go=frozenset([tag.path]))
                        asset = await self._settling.settled(change)
        return asset

    async def _give(self, asset: Asset, come: Paths, go: Paths, told: Told) -> tuple[Asset, Paths]:
        """Give what is missing; return also what somebody has taken away again."""
        missing = come - set(asset.paths)
        if not missing:
            return asset, frozenset()
        since = self._since(asset)
        read, alone = asset.tags is not None, self._under_way == 1
        given = await self._giving.give(asset.id, missing, read=read, alone=alone)
        if given.theirs:
            await told(given.theirs)
        if given.began is False:
            return await self._read(asset.id), frozenset()
        after = await self._settling.settled(self._change(asset, since, come, go, given))
        kept = missing & set(after.paths)
        # What Immich loses of one request it loses altogether, but for tags that it respells.
        respelt = set(after.paths) - set(asset.paths) - come
        by_hand = given.whole and kept and (missing <= self._settling.kept or not respelt)
        return after, missing - kept if by_hand else frozenset()

    def _change(
        self, asset: Asset, since: datetime, come: Paths, go: Paths, given: Given
    ) -> Change:
        doubtful = asset.library_id is not None and asset.library_id not in self._writable
        signs = come - set(asset.paths) if given.whole else frozenset()
        return Change(asset, since, come, go, signs, sure=given.began is True, doubtful=doubtful)

    async def _read(self, number: str) -> Asset:
        return await self._patience.ask(lambda: self._client.assets.get(number))

    def _since(self, asset: Asset) -> datetime:
        return max(self._settling.latest, asset.updated_at)


def _read_only(asset: Asset) -> ImmichReadOnlyError:
    message = "Immich cannot write its sidecar: the external library is read-only."
    cure = "Mount the library writable in Immich, or leave it out."
    return ImmichReadOnlyError(message, asset=asset.original_file_name or asset.id, cure=cure)
