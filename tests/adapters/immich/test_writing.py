"""Writes to an Immich that others change meanwhile, and many writes at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tagwright.errors import VerificationError
from tagwright.model import AssetRef, Tag
from tagwright.ports import Receipt
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichReadOnlyError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.patience import Patience
from tagwright_adapters.immich.searching import Query

from .server import KEY, Asset, External, ImmichServer, Xmp
from .shared_time import SharedTime

EMBEDDED = Xmp(hierarchical_subject=("Family|Anna",))


@pytest.fixture
async def library(immich: ImmichServer) -> AsyncIterator[ImmichLibrary]:
    """The account as a photo library, in a time that goes on by itself."""
    time = SharedTime(immich)
    made = ImmichLibrary(immich.url, KEY, account="alice", patience=time.patience)
    async with time.going_on():
        yield made
    await made.aclose()


def ref(asset: Asset) -> AssetRef:
    """Return what the core calls an asset."""
    return AssetRef("immich:alice", asset.id)


def tags(*paths: str) -> list[Tag]:
    """Return tags as the core has them."""
    return [Tag(path.lower(), tuple(path.split("/"))) for path in paths]


async def unheard(_: Receipt) -> None:
    """Take no note of what is intended."""


async def see(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Look for assets without tags as a watcher does."""
    client = ImmichClient(immich.url, KEY)
    page = await client.search.page(Query(untagged=True, with_exif=True))
    await client.aclose()
    library.seen(page.items, {asset.id for asset in page.items})


@pytest.mark.parametrize("known", [True, False])
async def test_a_person_right_after(immich: ImmichServer, *, known: bool) -> None:
    """One of our tags that they take away before we have read it back is not put there again."""
    other, asset = immich.upload(), immich.upload(embedded=EMBEDDED)
    immich.settle()

    async def pass_time(seconds: float) -> None:
        immich.advance(seconds)
        if "a" in immich.tags_of(asset):
            immich.untag(asset, "a")

    patience = Patience(sleep=pass_time, clock=lambda: immich.clock.now)
    library = ImmichLibrary(immich.url, KEY, account="alice", patience=patience)
    for one in (other, asset) if known else (asset,):
        await library.write(ref(one), tags("a", "b"), unheard)
    await library.aclose()
    immich.settle()
    assert immich.tags_of(asset) == ["Family/Anna", "b"]


async def test_a_tag_that_does_not_stay(immich: ImmichServer, library: ImmichLibrary) -> None:
    """What Immich reads back as another tag is an error, and no person's doing."""
    asset = immich.upload()
    immich.settle()
    with pytest.raises(VerificationError, match="do not stay"):
        await library.write(ref(asset), tags("a", "1.0"), unheard)


async def test_a_look_from_before_the_write(immich: ImmichServer, library: ImmichLibrary) -> None:
    """What a search showed before our own write is not believed afterwards."""
    asset = immich.upload()
    immich.settle()
    client = ImmichClient(immich.url, KEY)
    page = await client.search.page(Query(untagged=True, with_exif=True))
    await client.aclose()
    library.seen(page.items, {asset.id})
    immich.received.clear()
    assert (await library.facts(ref(asset))).tags == ()
    await library.write(ref(asset), tags("a"), unheard)
    assert immich.received == ["/api/tags", "/api/tags/assets", f"/api/assets/{asset.id}"]
    library.seen(page.items, {asset.id})
    assert (await library.facts(ref(asset))).tags == (("a",),)


async def test_equal_sets_share_a_request(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Frames of a burst; none of them gets what another one wants."""
    frames, other = [immich.upload() for _ in range(20)], immich.upload()
    immich.settle()
    await see(immich, library)
    immich.received.clear()
    wanted = [(asset, tags("a", "b/c")) for asset in frames] + [(other, tags("b/c", "d"))]
    await asyncio.gather(*(library.write(ref(one), some, unheard) for one, some in wanted))
    assert len(immich.received) <= 12
    immich.settle()
    assert {tuple(immich.tags_of(asset)) for asset in frames} == {("a", "b/c")}
    assert immich.tags_of(other) == ["b/c", "d"]


async def test_other_jobs(immich: ImmichServer) -> None:
    """A change by another job is not taken for the end of ours: what is lost is given again."""

    async def pass_time(seconds: float) -> None:
        immich.advance(seconds)
        asset.updated = immich.clock.now  # as by the detection of faces

    patience = Patience(sleep=pass_time, clock=lambda: immich.clock.now)
    library = ImmichLibrary(immich.url, KEY, account="alice", patience=patience)
    for seed in range(10):
        immich.clock.random.seed(seed)
        asset = immich.upload(embedded=EMBEDDED)
        immich.settle()
        immich.tag(asset, "mine")
        await library.write(ref(asset), tags("a", "b"), unheard)
        immich.settle()
        assert {"a", "b"} <= set(immich.tags_of(asset)), seed
    await library.aclose()


async def test_many_of_a_read_only_library(immich: ImmichServer, library: ImmichLibrary) -> None:
    """One finds out, and the others are left in peace."""
    external = External(immich.clock.uuid())
    assets = [immich.upload(external=external) for _ in range(10)]
    immich.settle()
    writes = (library.write(ref(one), tags("a"), unheard) for one in assets)
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert {type(one) for one in outcomes} == {ImmichReadOnlyError}
    assert immich.received.count("/api/tags/assets") <= 4


async def test_less_is_ours(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Who was quicker is found out, and told before anything else can go wrong."""
    asset = immich.upload()
    immich.settle()
    await see(immich, library)
    immich.tag(asset, "a")
    immich.settle()
    heard: list[list[str]] = []

    async def hear(receipt: Receipt) -> None:
        heard.append([tag.concept for tag in receipt.written])

    receipt = await library.write(ref(asset), tags("a", "b"), hear)
    assert heard == [["a", "b"], []]
    assert {tag.concept for tag in receipt.already} == {"a", "b"}
    immich.settle()
    assert immich.tags_of(asset) == ["a", "b"]
