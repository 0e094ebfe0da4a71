"""Captions and albums on their way to assets of Immich, and back."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from itertools import product

import pytest
from tests.core.pipeline.conftest import Bench, bench  # noqa: F401 - a fixture

from tagwright.model import AssetRef, Extra, ExtraField
from tagwright.pipeline import Tally
from tagwright.policy import Policy, Rule, Then, When
from tagwright.ports import Receipt, Withdrawal
from tagwright.state import runs
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo
from tagwright_adapters.immich.extras import work_back, work_out
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.memory import MemoryTagger, says
from tagwright_plugins.immich.albums import FilledAlbums

from .server import KEY, Asset, ImmichServer, Xmp
from .test_library import EAGER, unheard

ONE, TWO, THEIRS = (Extra(ExtraField.CAPTION, text) for text in ("Seen: a cat", "Two", "Mine"))
PETS = Extra(ExtraField.ALBUM, "Pets")
ALBUMS = {"album.read", "album.create", "albumAsset.create", "albumAsset.delete"}


@pytest.fixture
def immich(immich: ImmichServer) -> ImmichServer:
    """A server whose time goes on with each request; the key may do what is needed."""
    immich.per_request = 0.02
    immich.permissions.update({"user.read", "asset.update", *ALBUMS})
    return immich


@pytest.fixture
async def library(bench: Bench, immich: ImmichServer) -> AsyncIterator[ImmichLibrary]:  # noqa: F811
    """The account as a photo library."""
    albums = FilledAlbums(bench.lane, "immich:alice")
    made = ImmichLibrary(immich.url, KEY, account="alice", patience=EAGER, albums=albums)
    yield made
    await made.aclose()


async def run(bench: Bench, library: ImmichLibrary, caption: str = "Seen: {caption}") -> Tally:  # noqa: F811
    """Tag with a rule that sets a caption and an album."""
    rule = Rule("pets", When(none=("beach",)), Then(caption=caption, albums=("Pets",)))
    tagger = MemoryTagger(says("cat", caption="a cat"))
    policy = Policy(rules=(rule,))
    return await (await bench.runner(library, tagger, policy=policy, force=True)).run()


async def undo(bench: Bench, library: ImmichLibrary, number: int) -> None:  # noqa: F811
    """Take a run back, or an undo as the run that it is."""
    new = await bench.lane(lambda c: runs.begin(c, "undo", bench.owner.id, {}))
    work = Undo(library, bench.lane, lambda _: None, dry_run=False)
    await work.run(Chosen(run=bench.run_ids[number]), new)
    bench.run_ids.append(new)


def albums(immich: ImmichServer, asset: Asset) -> list[str]:
    """Return the names of the albums that an asset is in."""
    return [one.name for one in immich.library.albums.values() if asset.id in one.assets]


async def test_there_and_back(bench: Bench, immich: ImmichServer, library: ImmichLibrary) -> None:  # noqa: F811
    """Set beside tags, none of which is lost; replaced as rules change; taken back in turn."""
    assets = [immich.upload(f"{n}.jpg", embedded=Xmp(keywords=("Own",))) for n in range(3)]
    tally = await run(bench, library)
    assert (tally.captions, tally.albums, tally.failed) == (3, 3, 0)
    await run(bench, library)
    await run(bench, library, "Two")
    immich.settle()
    immich.refresh(*assets)
    immich.settle()
    assert len(immich.library.albums) == 1
    for asset in assets:
        assert (asset.description, albums(immich, asset)) == ("Two", ["Pets"])
        assert immich.tags_of(asset) == ["Animals/Cat", "Own"]
    await undo(bench, library, 2)
    assert {asset.description for asset in assets} == {"Seen: a cat"}
    await undo(bench, library, 0)
    immich.settle()
    for asset in assets:
        assert (asset.description, albums(immich, asset)) == ("", [])
        assert immich.tags_of(asset) == ["Own"]


async def test_their_will(bench: Bench, immich: ImmichServer, library: ImmichLibrary) -> None:  # noqa: F811
    """What people wrote stays; what they wrote over or took out does not come back."""
    first, second, third = (immich.upload(f"{n}.jpg") for n in range(3))
    first.description = "Mine"
    await run(bench, library)
    assert [one.description for one in (first, second)] == ["Mine", "Seen: a cat"]
    second.description = "Better"
    (album,) = immich.library.albums.values()
    album.assets.remove(third.id)
    third.description = ""
    await run(bench, library, "Two")
    assert [one.description for one in (first, second, third)] == ["Mine", "Better", ""]
    assert [albums(immich, one) for one in (second, third)] == [["Pets"], []]
    await undo(bench, library, 0)
    assert [one.description for one in (first, second, third)] == ["Mine", "Better", ""]


async def test_albums_of_that_name(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Never one that somebody else shares; one's own is used."""
    bob = immich.library.account("Bob", "key-of-bob")
    theirs = immich.library.album("Pets", bob, (immich.account,))
    mine = immich.library.album("Pets", immich.account)
    assets = [immich.upload() for _ in range(2)]
    refs = [AssetRef("immich:alice", one.id) for one in assets]
    receipt = await library.write(refs[0], [], unheard, extras=[PETS])
    assert (receipt.given, mine.assets, theirs.assets) == ((PETS,), [assets[0].id], [])
    assert PETS in (await library.facts(refs[0])).extras
    again = await library.write(refs[0], [], unheard, extras=[PETS])
    assert (again.given, again.changes) == ((), ())
    theirs.assets.append(assets[0].id)
    await library.write(refs[0], [], unheard, Withdrawal(extras=(PETS,)))
    assert (mine.assets, theirs.assets) == ([], [assets[0].id])


async def test_an_album_that_was_renamed(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
) -> None:
    """It is the same album still: it is filled, nothing in it is taken for taken out, and undone.

    So says whoever comes later, too.
    """
    first = immich.upload("1.jpg")
    await run(bench, library)
    (album,) = immich.library.albums.values()
    album.name = "Our pets"
    second = immich.upload("2.jpg")
    memory = FilledAlbums(bench.lane, "immich:alice")
    later = ImmichLibrary(immich.url, KEY, account="alice", patience=EAGER, albums=memory)
    tally = await run(bench, later)
    assert (tally.albums, tally.failed, len(immich.library.albums)) == (1, 0, 1)
    assert album.assets == [first.id, second.id]
    await undo(bench, later, 0)
    assert album.assets == [second.id]
    await later.aclose()


async def test_an_album_that_was_deleted(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever is known of it, it is not made again, nor taken for filled, unless by an undo.

    It is said once. The tags are set all the same; one that a person makes is filled.
    """
    immich.upload("1.jpg")
    await run(bench, library)
    immich.library.albums.clear()
    second = immich.upload("2.jpg")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):  # at first it is believed to be there
            tally = await run(bench, library)
            assert (tally.albums, tally.failed, immich.library.albums) == (0, 0, {})
    (said,) = (one.getMessage() for one in caplog.records)
    assert "The album Pets was deleted in Immich" in said
    album = immich.library.album("Pets", immich.account)
    third = immich.upload("3.jpg")
    await run(bench, library)
    assert album.assets == [second.id, third.id]  # the first was in the one that they deleted
    await undo(bench, library, -1)
    immich.library.albums.clear()
    await undo(bench, library, -1)
    assert [albums(immich, one) for one in (second, third)] == [["Pets"], ["Pets"]]


async def test_what_the_key_may_not(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is said once which permission is missing; the tags are set all the same."""
    immich.permissions.difference_update({"asset.update", "albumAsset.create"})
    assets = [immich.upload(f"{n}.jpg") for n in range(3)]
    with caplog.at_level(logging.WARNING):
        tally = await run(bench, library)
    assert (tally.tags, tally.captions, tally.albums, tally.failed) == (3, 0, 0, 0)
    said = sorted(one.getMessage().partition(" in Immich")[0] for one in caplog.records)
    assert said == [
        "immich:alice: the key may not put photos into albums: give it albumAsset.create",
        "immich:alice: the key may not set descriptions: give it asset.update",
    ]
    assert {one.description for one in assets} == {""}


async def test_a_key_that_may_no_more(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
) -> None:
    """Albums that it may not look at are not taken for ones that a person took the photo from."""
    asset = immich.upload()
    await run(bench, library)
    immich.permissions.discard("album.read")
    memory = FilledAlbums(bench.lane, "immich:alice")
    later = ImmichLibrary(immich.url, KEY, account="alice", patience=EAGER, albums=memory)
    await run(bench, later)
    assert bench.results[0].learned is not None
    assert (bench.results[0].learned.extras, albums(immich, asset)) == ((), ["Pets"])
    await later.aclose()
    immich.permissions.add("album.read")
    await undo(bench, library, 0)
    assert albums(immich, asset) == []


def test_a_persons_caption_is_never_touched() -> None:
    """Whatever is wanted and leaves; and the way back leads back."""
    mostly: list[tuple[Extra, ...]] = [(), (ONE,), (TWO,)]
    for now in (*mostly, (THEIRS,), (THEIRS, PETS)):
        for wanted, leaving in product(mostly, mostly):
            change = work_out(now, wanted, leaving)
            then = (set(now) | set(change.given)) - set(change.taken)
            assert (THEIRS in now) == (THEIRS in then)
            assert set(change.taken) <= set(leaving)
            assert len([one for one in then if one.field is ExtraField.CAPTION]) <= 1
            receipt = Receipt((), (), (), given=change.given, taken=change.taken)
            back = work_back(then, [receipt])
            assert (then | set(back.given)) - set(back.taken) == set(now)
