"""What rules set on assets beside tags: captions and albums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tagwright.model import Extra, ExtraField
from tagwright.ports import Receipt
from tagwright_adapters.immich.account import TO_DESCRIBE, TO_GATHER
from tagwright_adapters.immich.allowed import Allowed
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.collecting import AlbumMemory, Collector
from tagwright_adapters.immich.describing import Describer
from tagwright_adapters.immich.extras import (
    ALBUM,
    CAPTION,
    add_to,
    standing,
    without,
    work_back,
    work_out,
)
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.patience import Patience

_PERMISSIONS = {
    CAPTION: ("set descriptions", *TO_DESCRIBE),
    ALBUM: ("put photos into albums", *TO_GATHER),
}


class Dresser:
    """Reads and changes them. What the key may not do is said once, and not done."""

    def __init__(
        self,
        client: ImmichClient,
        allowed: Allowed,
        patience: Patience,
        *,
        albums: AlbumMemory | None,
        account: str,
    ) -> None:
        """Write over this client; without ``albums`` nobody asks which ones an asset is in."""
        self._allowed = allowed
        self._describer = Describer(client, patience)
        self._collector = Collector(client, albums, account) if albums else None

    @property
    def holds(self) -> frozenset[ExtraField]:
        """Captions, and albums where they are looked at."""
        return frozenset({CAPTION, ALBUM} if self._collector else {CAPTION})

    async def standing(self, asset: Asset) -> tuple[Extra, ...]:
        """Return what is on an asset now, whoever set it."""
        return standing(asset, await self._albums(asset))

    async def unseen(self) -> frozenset[ExtraField]:
        """Return what the key may not look at."""
        return frozenset() if await self._sees_albums() else frozenset({ALBUM})

    async def plan(
        self, receipt: Receipt, asset: Asset, extras: Sequence[Extra], leaving: Sequence[Extra]
    ) -> Receipt:
        """Return a receipt that tells of what is set and taken back beside the tags."""
        if not extras and not leaving:
            return receipt
        wanted, going = [await self._permitted(some) for some in (extras, leaving)]
        now = await self.standing(asset)
        possible = [one for one in wanted if one in now or await self._has_place(asset, one)]
        return add_to(receipt, now, work_out(now, possible, going))

    async def plan_back(
        self, receipt: Receipt, asset: Asset, receipts: Sequence[Receipt]
    ) -> Receipt:
        """Return a receipt that also takes back what earlier ones did beside the tags."""
        if not any(one.given or one.taken for one in receipts):
            return receipt
        now = await self.standing(asset)
        return add_to(receipt, now, work_back(now, receipts))

    async def describe(self, asset: Asset, receipt: Receipt) -> Asset:
        """Do what a receipt says of the caption, before the tags; return the asset afterwards."""
        new = [one.value for one in receipt.given if one.field is CAPTION]
        old = [one.value for one in receipt.taken if one.field is CAPTION]
        if not new and not old:
            return asset
        return await self._describer.describe(asset, new[0] if new else "")

    async def collect(self, asset: Asset, receipt: Receipt, *, anew: bool) -> Receipt:
        """Do what a receipt says of albums; return it without those that were just deleted.

        Args:
            asset: One of the account's own.
            receipt: What is to be done.
            anew: Whether albums are made also where people have deleted them.
        """
        lost = []
        for one in receipt.given:
            if self._collector and one.field is ALBUM:
                put = await self._collector.put(asset, one.value, anew=anew)
                lost += [] if put else [one]
        for one in receipt.taken:
            if self._collector and one.field is ALBUM:
                await self._collector.take(asset, one.value)
        return without(receipt, lost) if lost else receipt

    async def _albums(self, asset: Asset) -> Iterable[str]:
        if self._collector and await self._sees_albums():
            return await self._collector.names(asset)
        return ()

    async def _sees_albums(self) -> bool:
        return self._collector is not None and await self._allowed.to(*_PERMISSIONS[ALBUM])

    async def _has_place(self, asset: Asset, extra: Extra) -> bool:
        if self._collector is None or extra.field is not ALBUM:
            return True
        return await self._collector.takes(asset, extra.value)

    async def _permitted(self, extras: Iterable[Extra]) -> list[Extra]:
        return [
            one
            for one in extras
            if one.field in self.holds and await self._allowed.to(*_PERMISSIONS[one.field])
        ]
