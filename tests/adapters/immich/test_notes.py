"""Notes on assets: what a lost database gets back from them, and what they cost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection
from tests.core.pipeline.conftest import Bench, bench  # noqa: F401 - a fixture

from tagwright.model import AssetRef
from tagwright.notekeeping import Notekeeper
from tagwright.ports import Noted
from tagwright.rebuilding import Rebuilder, Tally
from tagwright.state import Database, Lane, ledger, photos, runs
from tagwright.state.photos import Place
from tagwright_adapters.immich.errors import ImmichPermissionError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.notes import KEY as OURS
from tagwright_adapters.memory import MemoryTagger, says

from .server import KEY, ImmichServer
from .test_library import EAGER

NOTES = "/api/assets/metadata"


@pytest.fixture
def immich(immich: ImmichServer) -> ImmichServer:
    """A server whose time goes on with each request, and whose key may change assets."""
    immich.per_request = 0.02
    immich.permissions.update({"user.read", "asset.update"})
    return immich


@pytest.fixture
async def library(immich: ImmichServer) -> AsyncIterator[ImmichLibrary]:
    """The account as a photo library."""
    made = ImmichLibrary(immich.url, KEY, account="alice", patience=EAGER)
    yield made
    await made.aclose()


@contextmanager
def another(tmp_path: Path) -> Iterator[Lane]:
    """Open a database that knows nothing."""
    database = Database(tmp_path / "new.db")
    lane = Lane(database)
    try:
        yield lane
    finally:
        lane.close()
        database.close()


def known(asset_id: int, connection: Connection) -> tuple[Place | None, dict[str, tuple[str, ...]]]:
    """Return which asset it is, and what of ours stands there."""
    return photos.place(connection, asset_id), ledger.standing(connection, asset_id)


async def rebuild(library: ImmichLibrary, lane: Lane) -> Tally:
    """Read all notes into a database."""
    run_id = await lane(lambda c: runs.begin(c, "rebuild", "nobody", {}))

    def failed(*what: object) -> None:
        raise AssertionError(what)

    tally = Tally()
    await Rebuilder(library, lane, run_id, failed, tally, dry_run=False).run(lambda: None)
    return tally


async def test_a_lost_database(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
    tmp_path: Path,
) -> None:
    """What is ours and what was rejected is known again, all that by one call for many assets."""
    assets = [immich.upload(f"{number}.jpg") for number in range(5)]
    keeper = Notekeeper(library, bench.lane)
    await (await bench.runner(library, MemoryTagger(says("cat", "beach")))).run()
    immich.settle()
    immich.received.clear()
    assert await keeper.catch_up()
    assert not await keeper.catch_up()
    assert immich.received == [NOTES]
    immich.untag(assets[0], "Beach")
    immich.untag(assets[1], "Beach")
    immich.settle()
    immich.library.assets.pop(assets[2].id)
    await (await bench.runner(library, MemoryTagger(says("cat", "beach")))).run()
    immich.received.clear()
    await keeper.catch_up()
    assert immich.received == [NOTES]
    immich.untag(assets[4], "Animals/Cat")  # and nobody has seen it when the database is lost
    immich.settle()
    with another(tmp_path) as lane:
        tally = await rebuild(library, lane)
        assert (tally.photos, tally.tags, tally.rejections, tally.failed) == (4, 5, 3, 0)
        again = await rebuild(library, lane)
        assert (again.tags, again.rejections) == (0, 0)
        for number in range(1, 5):
            place, standing = await lane(partial(known, number))
            assert place is not None
            shown = immich.tags_of(immich.library.assets[place.ref.reference])
            assert ["/".join(path) for path in standing.values()] == shown


async def test_one_that_is_gone(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Immich then refuses all, and does not tell which one it was: the others are noted."""
    assets = [immich.upload() for _ in range(7)]
    immich.library.assets.pop(assets[3].id)
    noted = Noted(rejected=("cat",))
    await library.note({AssetRef("immich:alice", one.id): noted for one in assets})
    kept = [one.notes.get(OURS, ({}, 0))[0].get("rejected") for one in assets]
    assert kept == [["cat"]] * 3 + [None] + [["cat"]] * 3


async def test_notes_of_another_form(immich: ImmichServer, library: ImmichLibrary) -> None:
    """What a later version or somebody else wrote there says nothing, and hurts nobody."""
    asset = immich.upload()
    ref = AssetRef("immich:alice", asset.id)
    for value in ({}, {"tags": "x"}, {"version": 9, "tags": [{"path": []}]}):
        asset.notes[OURS] = (value, 0.0)
        assert not await library.recover(ref)
    done = await library.note_rejected(ref, ["dog", "cat"])
    assert done.changes[0].after == ("cat", "dog")
    assert not (await library.note_rejected(ref, ["cat", "dog"])).changes
    assert (await library.recover(ref)).rejected == ("cat", "dog")


async def test_without_the_permission(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
) -> None:
    """It is told which one is missing, and what is not noted yet is noted once it is there."""
    immich.permissions.remove("asset.update")
    asset = immich.upload()
    await (await bench.runner(library, MemoryTagger(says("cat")))).run()
    keeper = Notekeeper(library, bench.lane)
    with pytest.raises(ImmichPermissionError, match=r"'asset\.update'"):
        await keeper.catch_up()
    immich.permissions.add("asset.update")
    await keeper.catch_up()
    assert asset.notes[OURS][0]["tags"][0]["path"] == ["Animals", "Cat"]
