"""Tags by which people tell us what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.adapters.immich.server import KEY, VERSIONS, Asset, ImmichServer, Trouble
from tests.adapters.immich.test_library import EAGER, tags, unheard
from tests.core.pipeline.conftest import Bench, bench  # noqa: F401 - a fixture

from tagwright.model import AssetRef
from tagwright.ports import Withdrawal
from tagwright.state import queue
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichUnavailableError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.options import ImmichOptions
from tagwright_adapters.memory import MemoryTagger, says
from tagwright_plugins.immich.again import Again

AGAIN, ALONE = "Tagwright/Again", "Tagwright/Leave alone"
OPTIONS = ImmichOptions(again=("Tagwright", "Again"), leave_alone=("Tagwright", "Leave alone"))


@pytest.fixture(params=VERSIONS)
async def immich(request: pytest.FixtureRequest) -> AsyncIterator[ImmichServer]:
    """A server whose time goes on with each request."""
    server = ImmichServer(request.param)
    server.start()
    server.permissions.add("user.read")
    server.per_request = 0.02
    yield server
    server.stop()
    assert server.faults == []


@pytest.fixture
async def library(immich: ImmichServer) -> AsyncIterator[ImmichLibrary]:
    """The account as a photo library that heeds both."""
    made = ImmichLibrary(immich.url, KEY, account="alice", options=OPTIONS, patience=EAGER)
    yield made
    await made.aclose()


def put(immich: ImmichServer, tag: str, *assets: Asset) -> None:
    """Tag assets as a person does."""
    immich.settle()
    for asset in assets:
        immich.tag(asset, tag)
    immich.settle()


async def test_left_alone(bench: Bench, immich: ImmichServer, library: ImmichLibrary) -> None:  # noqa: F811
    """Nobody is shown it and nothing is written, whoever decides so; what was ours stays."""
    tagged, fresh = immich.upload("a.jpg"), immich.upload("b.jpg")
    put(immich, ALONE, fresh)
    seeing = MemoryTagger(says("cat"))
    await (await bench.runner(library, seeing)).run()
    put(immich, ALONE, tagged)
    tally = await (await bench.runner(library, seeing, force=True)).run()
    assert (seeing.calls, tally.changed) == (1, 0)
    assert {one.notes for one in bench.results} == {(f"it has the tag {ALONE}",)}
    assert [immich.tags_of(one) for one in (tagged, fresh)] == [["Animals/Cat", ALONE], [ALONE]]
    ref = AssetRef("immich:alice", tagged.id)
    moved = await library.write(ref, tags("Cat"), unheard, Withdrawal(tuple(tags("Animals/Cat"))))
    assert (moved.changes, moved.warnings) == ((), (f"it has the tag {ALONE}",))
    facts = await library.facts(ref)
    assert facts.tags == facts.keywords == (("Animals", "Cat"),)
    immich.untag(fresh, ALONE)
    immich.settle()
    await (await bench.runner(library, seeing)).run()
    assert (seeing.calls, immich.tags_of(fresh)) == (2, ["Animals/Cat"])


async def test_asked_anew(bench: Bench, immich: ImmichServer, library: ImmichLibrary) -> None:  # noqa: F811
    """Once for each time that the tag is put, also where taking it off fails at first."""
    one, other, old = (immich.upload(f"{n}.jpg") for n in range(3))
    seeing = MemoryTagger(says("cat"))
    await (await bench.runner(library, seeing)).run()
    put(immich, AGAIN, one, old)
    immich.plan = lambda request: Trouble(503) if request.method == "DELETE" else None
    client = ImmichClient(immich.url, KEY)
    again = Again(client, library, bench.lane, OPTIONS.again)
    with pytest.raises(ImmichUnavailableError):
        await again.heed(await client.tags.all())
    await (await bench.runner(library, seeing)).run()
    asked = seeing.calls
    immich.plan = lambda _: None
    for _ in range(2):
        await again.heed(await client.tags.all())
        immich.settle()
        await (await bench.runner(library, seeing)).run()
    assert (asked, seeing.calls) == (4, 5)
    put(immich, AGAIN, one)
    await again.heed(await client.tags.all())
    await (await bench.runner(library, seeing)).run()
    assert seeing.calls == 6
    assert [immich.tags_of(each) for each in (one, other, old)] == [["Animals/Cat"]] * 3
    await client.aclose()


async def test_what_was_there_before_us(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
) -> None:
    """It is taken up by being asked for."""
    old = immich.upload()
    put(immich, AGAIN, old)
    client = ImmichClient(immich.url, KEY)
    await Again(client, library, bench.lane, OPTIONS.again).heed(await client.tags.all())
    await client.aclose()
    ref = AssetRef("immich:alice", old.id)
    assert await bench.lane(lambda c: queue.find(c, ref)) is not None
    assert immich.tags_of(old) == []
