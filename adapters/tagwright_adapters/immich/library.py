"""The photos of an Immich account as a photo library."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from tagwright import pictures
from tagwright.errors import VanishedError
from tagwright.model import AssetRef, Extra, ExtraField, Facts, Rendition, RenditionSpec
from tagwright.model import Tag as OurTag
from tagwright.pipeline.turns import Turns
from tagwright.ports import (
    NOTHING,
    Entry,
    FieldChange,
    Intend,
    Listing,
    Noted,
    Receipt,
    Recovered,
    Withdrawal,
)
from tagwright_adapters.immich.allowed import Allowed
from tagwright_adapters.immich.book import Gone
from tagwright_adapters.immich.changing import leave, work_back, work_out
from tagwright_adapters.immich.client import KEY, ImmichClient
from tagwright_adapters.immich.collecting import AlbumMemory
from tagwright_adapters.immich.colouring import Painter
from tagwright_adapters.immich.dressing import Dresser
from tagwright_adapters.immich.errors import (
    ImmichMissingError,
    ImmichNoPreviewError,
)
from tagwright_adapters.immich.facts import facts
from tagwright_adapters.immich.looks import Looks
from tagwright_adapters.immich.models import Asset, Tag
from tagwright_adapters.immich.notes import Notes, recovered
from tagwright_adapters.immich.options import ImmichOptions
from tagwright_adapters.immich.ownership import Ownership
from tagwright_adapters.immich.root import Root
from tagwright_adapters.immich.searching import Query
from tagwright_adapters.immich.writing import PATIENT, Patience, Writer

_USUAL = ImmichOptions()


class ImmichLibrary:
    """Implements :class:`tagwright.ports.PhotoLibrary`; a reference is Immich's identifier.

    Photos and videos of the timeline and the archive; not what is in the trash or locked away,
    the videos of live photos, and what others share. Holds captions and albums beside tags.
    """

    # Each waits a second or more for Immich, and many are read back in few searches.
    writes_at_once = 160

    def __init__(
        self,
        address: str,
        key: str,
        *,
        account: str,
        options: ImmichOptions = _USUAL,
        albums: AlbumMemory | None = None,
        patience: Patience = PATIENT,
        secret: str = KEY,
    ) -> None:
        """Make a library; nothing is sent yet.

        Args:
            address: Of the server, with or without ``/api``.
            key: An API key of the account.
            account: What we call the account, "alice"; it must never change.
            options: How it is written to.
            albums: What is known of albums that we fill, which costs a request for each look;
                None: they are not looked at.
            patience: How long Immich is waited for.
            secret: The name of the secret that holds the key, for messages.

        Raises:
            ImmichSetupError: the address or the key cannot be one.
        """
        self._account = account
        self._connect = partial(ImmichClient, address, key, secret=secret)
        self._client = self._connect()
        self._patience = patience
        allowed = Allowed(self._client, self.name)
        self._dresser = Dresser(self._client, allowed, patience, albums=albums, account=self.name)
        painter = Painter(self._client.tags, allowed, options.colour)
        self._writer = Writer(self._client, patience, painter)
        self.options = options
        self.root = Root(options.root)
        self._looks = Looks()
        self._notes = Notes(self._client.assets)
        self._turns = Turns()

    @property
    def name(self) -> str:
        """The account's name among libraries: "immich:alice"."""
        return f"immich:{self._account}"

    @property
    def holds(self) -> frozenset[ExtraField]:
        """Captions, and albums where they are looked at."""
        return self._dresser.holds

    def listings(self) -> Iterator[Listing]:
        """Yield one listing of all assets; blocking, and not in a thread with an event loop."""
        yield Listing.of("", asyncio.run(self._entries()))

    async def _entries(self) -> list[Entry]:
        client = self._connect()  # connections belong to one event loop
        try:
            ownership = Ownership(client.account)
            found = [
                Entry(asset.id, 0, asset.modified)
                async for asset in client.search.walk(Query())
                if not asset.is_offline and await ownership.is_own(asset)
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

    async def learn(self, tags: Iterable[Tag]) -> None:
        """Take over all tags of the account: what goes of them later is noticed at a write."""
        self._writer.book.learn(tags)

    def keep_out(self, tags: Iterable[tuple[str, ...]]) -> None:
        """Make no tag of these paths, as they stand in Immich, while ``gone`` says so."""
        self._writer.book.doubt(tags)

    def called(self, ref: AssetRef) -> str:
        """Return the name of the original file, as far as it was seen lately."""
        return self._looks.called(ref.reference)

    async def content_key(self, ref: AssetRef) -> str:
        """Return the checksum of the original file, which Immich never changes."""
        asset = self._looks.glance(ref.reference) or await self._asset(ref)
        return f"immich-sha1:{_kept(asset).checksum}"

    async def facts(self, ref: AssetRef) -> Facts:
        """Return metadata, tags, caption and albums."""
        asset = self._looks.tell(ref.reference) or await self._asset(ref)
        extras, unseen = await self._dresser.standing(asset), await self._dresser.unseen()
        return facts(asset, self._tags(asset), extras, unseen)

    async def stands_back(self, ref: AssetRef) -> str | None:
        """Return why an asset is left alone, where a person's tag says so."""
        if not self.options.leave_alone:
            return None
        asset = self._looks.peek(ref.reference) or await self._asset(ref)
        return self._left_alone(asset)

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
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Say what :meth:`write` would change, touching nothing."""
        return self.root.receipt(
            await self._planned(await self._asset(ref), tags, withdraw, extras)
        )

    async def write(
        self,
        ref: AssetRef,
        tags: Sequence[OurTag],
        intend: Intend,
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Add tags and take ours back, in as few calls as can be; read back and repair."""
        async with self._turns.of(ref.reference):
            with _vanishing(ref):
                exactly = withdraw.tags or withdraw.extras or extras
                look = None if exactly else self._looks.gate(ref.reference)
                asset = _kept(look or await self._writer.ready(ref.reference))
                receipt = await self._planned(asset, tags, withdraw, extras)
                heard = self.root.heard(intend)
                return self.root.receipt(await self._done(asset, receipt, heard, heard))

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
                earlier = [self.root.receipt_below(one) for one in receipts]
                receipt = work_back(asset, earlier)
                receipt = await self._dresser.plan_back(receipt, asset, earlier)
                if not dry_run:
                    heard = self.root.heard(intend) if intend else None
                    receipt = await self._done(asset, receipt, heard)
                return self.root.receipt(receipt)

    async def obeyed(self, ref: AssetRef, tag: tuple[str, ...]) -> None:
        """Take a control tag from an asset, as what it asks for is done."""

        async def nobody(_: frozenset[tuple[str, ...]]) -> None:
            """Nothing comes that could be another's."""

        async with self._turns.of(ref.reference):
            with _vanishing(ref):
                asset = _kept(await self._writer.ready(ref.reference))
                await self._writer.change(asset, frozenset(), frozenset([tag]), nobody)

    async def note(self, notes: Mapping[AssetRef, Noted]) -> None:
        """Write notes, many in one call; passes over assets that are gone."""
        await self._notes.write({ref.reference: note for ref, note in notes.items()})

    async def recover(self, ref: AssetRef) -> Recovered:
        """Return what the note on an asset says of our writes."""
        with _vanishing(ref):
            note = await self._notes.read(ref.reference)
        if note == Noted():
            return Recovered()
        asset = await self._asset(ref)
        extras = await self._dresser.standing(asset)
        return recovered(note, asset, self._tags(asset), extras)

    async def note_rejected(self, ref: AssetRef, concepts: Sequence[str]) -> Receipt:
        """Note these concepts as rejected, in place of those noted before."""
        wanted = tuple(sorted(concepts))
        with _vanishing(ref):
            asset = await self._asset(ref)
            note = await self._notes.read(ref.reference)
        unchanged = Receipt((), (), (), target=asset.id, modified=asset.modified)
        if note.rejected == wanted:
            return unchanged
        await self._notes.write({ref.reference: replace(note, rejected=wanted)})
        return replace(unchanged, changes=(FieldChange("rejected", note.rejected, wanted),))

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

    async def _planned(
        self,
        asset: Asset,
        tags: Sequence[OurTag],
        withdraw: Withdrawal,
        extras: Sequence[Extra],
    ) -> Receipt:
        """Return what a write changes, with paths as they are in Immich."""
        why = self._left_alone(asset)
        if why and (tags or extras):  # nor is anything taken away that was to be replaced
            tags, extras, withdraw = (), (), NOTHING
        receipt = work_out(asset, self.root.tags_below(tags), self.root.withdrawal(withdraw))
        receipt = await self._dresser.plan(receipt, asset, extras, withdraw.extras)
        return replace(receipt, warnings=(*receipt.warnings, why)) if why else receipt

    def _tags(self, asset: Asset) -> tuple[tuple[str, ...], ...]:
        """Return the tags that say something of an asset, as the core knows them."""
        control = self.options.control
        return tuple(self.root.shown(path) for path in asset.paths if path not in control)

    def _left_alone(self, asset: Asset) -> str | None:
        tag = self.options.leave_alone
        return f"it has the tag {'/'.join(tag)}" if tag and tag in asset.paths else None

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
        after = await self._dresser.describe(asset, receipt)
        if come or go:
            after = await self._writer.change(after, come, go, told)
        done = await self._dresser.collect(after, receipt, anew=lessen is None)
        if done is not receipt and lessen is not None:
            await lessen(done)
        receipt = done
        self._looks.end(after)
        return replace(receipt, modified=after.modified)


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
