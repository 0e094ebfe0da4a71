"""The photos of an Immich account as a photo library."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from tagwright import pictures
from tagwright.errors import VanishedError
from tagwright.model import AssetRef, Extra, ExtraField, Facts, Rendition, RenditionSpec
from tagwright.model import Tag as OurTag
from tagwright.pipeline.turns import Turns
from tagwright.ports import NOTHING, Entry, Intend, Listing, Receipt, Withdrawal
from tagwright_adapters.immich.book import Gone
from tagwright_adapters.immich.changing import leave, work_back, work_out
from tagwright_adapters.immich.client import KEY, ImmichClient
from tagwright_adapters.immich.errors import (
    ImmichMissingError,
    ImmichNoPreviewError,
    ImmichPermissionError,
)
from tagwright_adapters.immich.facts import facts
from tagwright_adapters.immich.looks import Looks
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.searching import Query
from tagwright_adapters.immich.writing import PATIENT, Patience, Writer


class ImmichLibrary:
    """Implements :class:`tagwright.ports.PhotoLibrary`; a reference is Immich's identifier.

    Photos and videos of the timeline and the archive; not what is in the trash or locked away,
    the videos of live photos, and what others share. Holds tags only.
    """

    holds: frozenset[ExtraField] = frozenset()
    # Each waits a second or more for Immich, and many are read back in few searches.
    writes_at_once = 160

    def __init__(
        self,
        address: str,
        key: str,
        *,
        account: str,
        patience: Patience = PATIENT,
        secret: str = KEY,
    ) -> None:
        """Make a library; nothing is sent yet.

        Args:
            address: Of the server, with or without ``/api``.
            key: An API key of the account.
            account: What we call the account, "alice"; it must never change.
            patience: How long Immich is waited for.
            secret: The name of the secret that holds the key, for messages.

        Raises:
            ImmichSetupError: the address or the key cannot be one.
        """
        self._account = account
        self._connect = partial(ImmichClient, address, key, secret=secret)
        self._client = self._connect()
        self._patience = patience
        self._writer = Writer(self._client, patience)
        self._looks = Looks()
        self._turns = Turns()

    @property
    def name(self) -> str:
        """The account's name among libraries: "immich:alice"."""
        return f"immich:{self._account}"

    def listings(self) -> Iterator[Listing]:
        """Yield one listing of all assets; blocking, and not in a thread with an event loop."""
        yield Listing.of("", asyncio.run(self._entries()))

    async def _entries(self) -> list[Entry]:
        client = self._connect()  # connections belong to one event loop
        try:
            owner = await _owner(client)
            found = [
                Entry(asset.id, 0, asset.modified)
                async for asset in client.search.walk(Query())
                if owner in (None, asset.owner_id) and not asset.is_offline
            ]
        finally:
            await client.aclose()
        return sorted(found)

    def seen(self, assets: Iterable[Asset], untagged: Set[str]) -> None:
        """Keep in mind what a search found a moment ago, so that it is not read again.

        Args:
            assets: From a search with ``with_exif`` and ``with_people``.
            untagged: Identifiers from a search for untagged ones that began after the other ended.
        """
        found = list(assets)
        self._looks.seen(found, untagged)
        self._writer.note(found)

    def heed(self, gone: Gone) -> None:
        """Have it told when tags turn out to be deleted, instead of making them again."""
        self._writer.book.gone = gone

    async def content_key(self, ref: AssetRef) -> str:
        """Return the checksum of the original file, which Immich never changes."""
        asset = self._looks.peek(ref.reference) or await self._asset(ref)
        return f"immich-sha1:{_kept(asset).checksum}"

    async def facts(self, ref: AssetRef) -> Facts:
        """Return metadata and tags."""
        return facts(self._looks.tell(ref.reference) or await self._asset(ref))

    async def rendition(self, ref: AssetRef, spec: RenditionSpec) -> Rendition:
        """Return the small picture, made from Immich's own preview and never from the original."""
        with _vanishing(ref):
            try:
                data, _ = await self._preview(ref)
            except ImmichNoPreviewError:
                await self._writer.ready(ref.reference)
                data, _ = await self._preview(ref)
        return await asyncio.to_thread(pictures.render_data, data, spec)

    async def plan(
        self,
        ref: AssetRef,
        tags: Sequence[OurTag],
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),  # noqa: ARG002 - it holds none
    ) -> Receipt:
        """Say what :meth:`write` would change, touching nothing."""
        return work_out(await self._asset(ref), tags, withdraw)

    async def write(
        self,
        ref: AssetRef,
        tags: Sequence[OurTag],
        intend: Intend,
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),  # noqa: ARG002 - it holds none
    ) -> Receipt:
        """Add tags and take ours back, in as few calls as can be; read back and repair."""
        async with self._turns.of(ref.reference):
            with _vanishing(ref):
                look = None if withdraw.tags else self._looks.gate(ref.reference)
                asset = _kept(look or await self._writer.ready(ref.reference))
                return await self._done(asset, work_out(asset, tags, withdraw), intend, intend)

    async def revert(
        self,
        ref: AssetRef,
        receipts: Sequence[Receipt],
        *,
        dry_run: bool,
        intend: Intend | None = None,
        begun: Sequence[Receipt] = (),  # noqa: ARG002 - what was done shows on the asset
    ) -> Receipt:
        """Take back earlier writes; what people added since stays."""
        async with self._turns.of(ref.reference):
            with _vanishing(ref):
                asset = _kept(await self._writer.ready(ref.reference))
                receipt = work_back(asset, receipts)
                return receipt if dry_run else await self._done(asset, receipt, intend)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._writer.aclose()
        await self._client.aclose()

    async def _preview(self, ref: AssetRef) -> tuple[bytes, str]:
        return await self._patience.ask(lambda: self._client.assets.preview(ref.reference))

    async def _asset(self, ref: AssetRef) -> Asset:
        with _vanishing(ref):
            asset = _kept(await self._patience.ask(lambda: self._client.assets.get(ref.reference)))
        self._looks.read(asset)
        return asset

    async def _done(
        self, asset: Asset, receipt: Receipt, intend: Intend | None, lessen: Intend | None = None
    ) -> Receipt:
        if not receipt.changes:
            return receipt
        self._writer.check(asset)
        self._looks.begin(asset.id)
        if intend is not None:
            await intend(receipt)

        async def told(theirs: frozenset[tuple[str, ...]]) -> None:
            nonlocal receipt
            receipt = leave(receipt, theirs)
            if lessen is not None:
                await lessen(receipt)

        come = frozenset(tag.path for tag in receipt.written)
        go = frozenset(tag.path for tag in receipt.withdrawn)
        after = await self._writer.change(asset, come, go, told)
        self._looks.end(after)
        return replace(receipt, modified=after.modified)


async def _owner(client: ImmichClient) -> str | None:
    """Return whose the key is; None where it may not know, and partners' assets show as well."""
    try:
        return (await client.account.user()).id
    except ImmichPermissionError:
        return None


def _kept(asset: Asset) -> Asset:
    if asset.is_trashed or asset.is_offline:
        raise VanishedError("In Immich it is in the trash or offline.", asset=asset.id)
    return asset


@contextmanager
def _vanishing(ref: AssetRef) -> Iterator[None]:
    try:
        yield
    except ImmichMissingError as exc:
        raise VanishedError(asset=ref.reference) from exc
