"""The photo library against a server that loses tags as real ones do."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from tagwright.errors import ErrorClass, UnreadableError, VanishedError
from tagwright.model import AssetRef, RenditionSpec, Tag
from tagwright.ports import Receipt, Withdrawal
from tagwright_adapters.immich.errors import ImmichBusyError, ImmichReadOnlyError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.patience import Patience

from .server import KEY, Asset, External, ImmichServer, Person, Xmp

# Time goes on with each request, so there is no need to wait in ours.
EAGER = Patience(
    ready=(0.0,) * 20,
    settled=(0.0,) * 40,
    again=(0.0,),
    company=0.0,
    gathering=0.0,
    holding=0.0,
    corrupt=timedelta.max,
)
EMBEDDED = Xmp(hierarchical_subject=("Family|Anna",))


@pytest.fixture
def immich(immich: ImmichServer) -> ImmichServer:
    """A server whose time goes on by 20 ms with each request."""
    immich.per_request = 0.02
    return immich


@pytest.fixture
async def library(immich: ImmichServer) -> AsyncIterator[ImmichLibrary]:
    """The account as a photo library."""
    made = ImmichLibrary(immich.url, KEY, account="alice", patience=EAGER)
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


def paths(some: Sequence[Tag]) -> list[str]:
    """Return the paths of tags."""
    return ["/".join(tag.path) for tag in some]


async def test_listing(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Timeline and archive, with videos; nothing of the trash, locked or hidden."""
    immich.permissions.add("user.read")
    shown = [
        immich.upload(),
        immich.upload("film.mp4", kind="VIDEO"),
        immich.upload(visibility="archive"),
    ]
    for other in ({"visibility": "hidden"}, {"visibility": "locked"}, {"trashed": 0.0}):
        immich.upload(**other)
    (listing,) = await asyncio.to_thread(lambda: list(library.listings()))
    assert [entry.name for entry in listing.entries] == sorted(asset.id for asset in shown)
    assert listing.folder == ""


async def test_facts(immich: ImmichServer, library: ImmichLibrary) -> None:
    """What Immich knows, and a key that stays when tags come."""
    asset = immich.upload(
        "beach.jpg",
        people=(Person(immich.clock.uuid(), "Anna"),),
        exif={"latitude": 48.1, "longitude": 11.5, "city": "München", "make": "Canon"},
    )
    immich.settle()
    key = await library.content_key(ref(asset))
    await library.write(ref(asset), tags("Beach"), unheard)
    facts = await library.facts(ref(asset))
    assert (facts.name, facts.latitude, facts.people) == ("beach.jpg", 48.1, ("Anna",))
    assert facts.metadata["XMP:City"] == "München"
    assert facts.taken_at is not None
    assert facts.taken_at.isoformat() == "2021-02-03T04:05:06"
    assert facts.tags == (("Beach",),)
    assert await library.content_key(ref(asset)) == key
    immich.received.clear()
    assert await library.facts(ref(asset)) == facts
    assert immich.received == []  # it was read just now
    immich.tag(asset, "Dog")
    assert ("Dog",) in (await library.facts(ref(asset))).tags


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
async def test_rendition(immich: ImmichServer, library: ImmichLibrary, form: str) -> None:
    """A small JPEG of the preview, which is waited for."""
    immich.preview = form
    asset = immich.upload("film.mp4", kind="VIDEO")
    made = await library.rendition(ref(asset), RenditionSpec(long_edge=100))
    with Image.open(io.BytesIO(made.data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (100, 75))
    assert (made.width, made.height) == (100, 75)


async def test_no_preview(immich: ImmichServer, library: ImmichLibrary) -> None:
    """It may come; long after the upload it never will."""
    asset = immich.upload(corrupt=True)
    with pytest.raises(ImmichBusyError, match="not made its preview yet") as busy:
        await library.rendition(ref(asset), RenditionSpec())
    assert busy.value.error_class is ErrorClass.TRANSIENT
    late = Patience(ready=(), corrupt=timedelta.min)
    other = ImmichLibrary(immich.url, KEY, account="alice", patience=late)
    with pytest.raises(UnreadableError, match="may be corrupt"):
        await other.rendition(ref(asset), RenditionSpec())
    await other.aclose()


async def test_tags_of_its_own_are_kept(immich: ImmichServer, library: ImmichLibrary) -> None:
    """A write right after the upload waits until the photo's own tags are safe."""
    asset = immich.upload(embedded=EMBEDDED)
    receipt = await library.write(ref(asset), tags("Places/Coast", "General/Coast"), unheard)
    immich.settle()
    expected = ["Family/Anna", "General/Coast", "Places/Coast"]
    assert immich.tags_of(asset) == expected
    assert paths(receipt.written) == ["Places/Coast", "General/Coast"]
    immich.refresh(asset)
    immich.settle()
    assert immich.tags_of(asset) == expected


async def test_the_listing_after_a_write(immich: ImmichServer, library: ImmichLibrary) -> None:
    """It shows what the receipt told: our own write is no change to look into."""
    asset = immich.upload()
    receipt = await library.write(ref(asset), tags("Beach"), unheard)
    immich.settle()
    (listing,) = await asyncio.to_thread(lambda: list(library.listings()))
    (entry,) = listing.entries
    assert (entry.size, entry.modified) == (receipt.size, receipt.modified)


async def test_what_is_there_already(immich: ImmichServer, library: ImmichLibrary) -> None:
    """A person's tag is never ours; where there is nothing to do, nothing is done."""
    asset = immich.upload()
    immich.settle()
    immich.tag(asset, "Beach")
    immich.settle()
    heard: list[Receipt] = []

    async def hear(receipt: Receipt) -> None:
        assert immich.tags_of(asset) == ["Beach"]
        heard.append(receipt)

    receipt = await library.write(ref(asset), tags("Beach", "Dog"), hear)
    assert (paths(receipt.written), paths(receipt.already)) == (["Dog"], ["Beach"])
    assert [(one.written, one.already) for one in heard] == [(receipt.written, receipt.already)]
    immich.received.clear()
    again = await library.write(ref(asset), tags("Beach", "Dog"), hear)
    assert not again.changes
    assert len(heard) == 1
    assert immich.received == [f"/api/assets/{asset.id}"]


async def test_plan(immich: ImmichServer, library: ImmichLibrary) -> None:
    """It says the same as the write, and touches nothing."""
    asset = immich.upload()
    immich.settle()
    immich.tag(asset, "Old")
    immich.settle()
    withdraw = Withdrawal(tuple(tags("Old", "Never")))
    planned = await library.plan(ref(asset), tags("New"), withdraw)
    assert (planned.changes[0].before, planned.changes[0].after) == (("Old",), ("New",))
    assert immich.clock.idle
    done = await library.write(ref(asset), tags("New"), unheard, withdraw)
    immich.settle()
    assert (done.written, done.withdrawn) == (planned.written, planned.withdrawn)
    assert immich.tags_of(asset) == ["New"]


@pytest.mark.parametrize("seed", range(5))
async def test_taking_several_and_giving(
    immich: ImmichServer, library: ImmichLibrary, seed: int
) -> None:
    """One after the other, each after Immich is through with the one before."""
    immich.clock.random.seed(seed)
    asset = immich.upload(embedded=EMBEDDED)
    await library.write(ref(asset), tags("a", "b", "c"), unheard)
    withdraw = Withdrawal(tuple(tags("a", "b")))
    await library.write(ref(asset), tags("d", "e"), unheard, withdraw)
    immich.settle()
    assert immich.tags_of(asset) == ["Family/Anna", "c", "d", "e"]


async def test_burst(immich: ImmichServer, library: ImmichLibrary) -> None:
    """30 fresh uploads with 12 tags each, all at once: none is lost."""
    assets = [immich.upload(embedded=EMBEDDED) for _ in range(30)]
    wanted = tags(*(f"t/{number}" for number in range(12)))
    writes = (library.write(ref(asset), wanted, unheard) for asset in assets)
    await asyncio.gather(*writes)
    immich.settle()
    for asset in assets:
        immich.refresh(asset)
    immich.settle()
    assert {len(immich.tags_of(asset)) for asset in assets} == {13}


async def test_tags_that_were_deleted(immich: ImmichServer, library: ImmichLibrary) -> None:
    """A number that we remember may be stale, and Immich does not tell."""
    first, second = immich.upload(), immich.upload()
    await library.write(ref(first), tags("a", "b"), unheard)
    immich.delete("a")
    await library.write(ref(second), tags("a", "b"), unheard)
    immich.settle()
    assert immich.tags_of(second) == ["a", "b"]


@pytest.mark.parametrize("seed", range(3))
async def test_some_tags_that_were_deleted(
    immich: ImmichServer, library: ImmichLibrary, seed: int
) -> None:
    """Those that are there still, and those that are not, are not given in two writes at once."""
    immich.clock.random.seed(seed)
    first, second = immich.upload(embedded=EMBEDDED), immich.upload(embedded=EMBEDDED)
    wanted = tags(*(f"t/{number}" for number in range(6)))
    await library.write(ref(first), wanted, unheard)
    for number in range(3):
        immich.delete(f"t/{number}")
    await library.write(ref(second), wanted, unheard)
    immich.settle()
    assert len(immich.tags_of(second)) == 7


async def test_read_only_libraries(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Seen by reading back; the others of that library are left in peace."""
    external = External(immich.clock.uuid())
    first, second = immich.upload(external=external), immich.upload(external=external)
    with pytest.raises(ImmichReadOnlyError, match=r"read-only.*Mount the library writable") as no:
        await library.write(ref(first), tags("a"), unheard)
    assert no.value.error_class is ErrorClass.PERMANENT
    immich.settle()
    immich.received.clear()
    with pytest.raises(ImmichReadOnlyError):
        await library.write(ref(second), tags("a"), unheard)
    assert immich.received == [f"/api/assets/{second.id}"]


async def test_writable_external_libraries(immich: ImmichServer, library: ImmichLibrary) -> None:
    """They are as others."""
    asset = immich.upload(external=External(immich.clock.uuid(), read_only=False))
    await library.write(ref(asset), tags("a"), unheard)
    immich.settle()
    assert immich.tags_of(asset) == ["a"]


async def test_reverting(immich: ImmichServer, library: ImmichLibrary) -> None:
    """What was written goes, what was withdrawn comes back, what a person added stays."""
    asset = immich.upload(embedded=EMBEDDED)
    first = await library.write(ref(asset), tags("a", "b"), unheard)
    second = await library.write(ref(asset), tags("c"), unheard, Withdrawal(tuple(tags("a"))))
    immich.settle()
    immich.tag(asset, "mine")
    immich.settle()
    dry = await library.revert(ref(asset), [second], dry_run=True)
    assert immich.tags_of(asset) == ["Family/Anna", "b", "c", "mine"]
    undone = await library.revert(ref(asset), [second], dry_run=False)
    assert (undone.written, undone.withdrawn) == (dry.written, dry.withdrawn)
    assert immich.tags_of(asset) == ["Family/Anna", "a", "b", "mine"]
    await library.revert(ref(asset), [undone], dry_run=False)
    assert immich.tags_of(asset) == ["Family/Anna", "b", "c", "mine"]
    await library.revert(ref(asset), [second, first], dry_run=False)
    immich.settle()
    assert immich.tags_of(asset) == ["Family/Anna", "mine"]


@pytest.mark.parametrize("about", [{"visibility": "locked"}, {"trashed": 0.0}, None])
async def test_vanished(
    immich: ImmichServer, library: ImmichLibrary, about: dict[str, Any] | None
) -> None:
    """Locked away, in the trash or gone: dropped at once."""
    asset = immich.upload(**(about or {}))
    immich.settle()
    if about is None:
        del immich.library.assets[asset.id]
    for call in (
        library.facts(ref(asset)),
        library.content_key(ref(asset)),
        library.plan(ref(asset), []),
        library.write(ref(asset), tags("a"), unheard),
        library.revert(ref(asset), [], dry_run=False),
    ):
        with pytest.raises(VanishedError):
            await call


async def test_a_person_at_the_same_time(immich: ImmichServer) -> None:
    """Their write and ours run into each other; ours is repaired until it stays."""

    async def pass_time(seconds: float) -> None:
        immich.advance(seconds)

    patience = Patience(sleep=pass_time, clock=lambda: immich.clock.now)
    library = ImmichLibrary(immich.url, KEY, account="alice", patience=patience)
    for seed in range(20):
        immich.clock.random.seed(seed)
        asset = immich.upload(embedded=EMBEDDED)
        immich.settle()

        async def meanwhile(_: Receipt, asset: Asset = asset) -> None:
            immich.tag(asset, "mine")

        await library.write(ref(asset), tags("a", "b"), meanwhile)
        immich.settle()
        assert {"a", "b"} <= set(immich.tags_of(asset)), seed
    await library.aclose()
