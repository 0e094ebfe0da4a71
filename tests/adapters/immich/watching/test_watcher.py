"""The watcher: all that is new, once it is ready; what changed of the known; nothing old."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.adapters.immich.conftest import Connect
from tests.adapters.immich.server import KEY, VERSIONS, Asset, ImmichServer, Trouble
from tests.adapters.immich.server.assets import View
from tests.adapters.immich.server.clock import Clock, seconds
from tests.adapters.immich.server.troubles import Plan
from tests.adapters.immich.watching.eyes import HASTE, NEVER, Memory, begun, look, watching
from tests.adapters.loopback import Loopback, Received, Response

from tagwright.ports import Listing
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.watching import Position, WatchOptions
from tagwright_adapters.immich.watching.looking import Looker, survey

EVER = "1970-01-01T00:00:00.000Z"
WELL: Plan = lambda _: None  # noqa: E731
FAILING: Plan = lambda _: Trouble(503)  # noqa: E731


async def test_what_was_there_before_is_left_alone(
    immich: ImmichServer,
    connect: Connect,
) -> None:
    """Only what comes after the first look is handed over; what changed of the old is not."""
    old = immich.upload("old")
    immich.settle()
    client = connect(immich.url)
    memory = await begun(client)
    immich.tag(old, "by hand")
    new = immich.upload("new")
    immich.settle()
    async with watching(client, memory) as eyes:
        assert await eyes.handed(1) == [new.id]


async def test_an_empty_account(immich: ImmichServer, connect: Connect) -> None:
    """The very first photo is a new one."""
    client = connect(immich.url)
    memory = await begun(client)
    first = immich.upload("first")
    immich.settle()
    async with watching(client, memory) as eyes:
        assert await eyes.handed(1) == [first.id]


async def test_an_announced_upload_is_seen_at_once(
    immich: ImmichServer,
    connect: Connect,
) -> None:
    """It is waited for until its picture is made; the next look by itself is an hour away."""
    client = connect(immich.url)
    memory = await begun(client)
    async with watching(client, memory, NEVER) as eyes:
        asset = immich.upload("new")
        eyes.watcher.announce([asset.id, "no-asset-of-anybody"])
        immich.run()
        assert await eyes.handed(1) == [asset.id]
    assert asset.thumbhash is not None
    assert memory.untagged == {asset.id}


async def test_what_others_share_and_what_is_hidden_stays_out(
    immich: ImmichServer,
    connect: Connect,
) -> None:
    """Partners' photos, hidden and locked ones, the trash and corrupt files are not handed over."""
    partner = immich.library.account("Bob", "bobs-key")
    immich.account.partners.append(partner.id)
    client = connect(immich.url)
    memory = await begun(client)
    immich.upload("partner", by=partner)
    immich.upload("hidden", visibility="hidden")
    immich.upload("locked", visibility="locked")
    immich.upload("trash", trashed=0.0)
    immich.upload("corrupt", corrupt=True)
    archived = immich.upload("archived", visibility="archive")
    immich.settle()
    async with watching(client, memory) as eyes:
        assert await eyes.handed(1) == [archived.id]


async def test_a_live_photos_video_is_not_waited_for(connect: Connect) -> None:
    """A workflow of 3.x tells of it as of any upload; the first look shows what it is."""
    server = ImmichServer("3.1.0")
    server.start()
    film = server.upload("live.mov", kind="VIDEO", visibility="hidden")
    looker = Looker(connect(server.url), Memory())
    await looker.expect([film.id])
    looks = [look async for look in looker.look(Position())]
    server.stop()
    assert ([one.entries for one in looks], list(looker.awaited())) == ([[]], [])


class Older(Loopback):
    """An Immich 1.139: photos do not tell when they were uploaded."""

    def __init__(self) -> None:
        super().__init__()
        self.uploads = {"1": 1.0, "2": 2.0, "3": 3.0}  # s

    def answer(self, received: Received) -> Response:
        """Find by the time of upload all the same; all have changed just now."""
        if received.path == "/api/server/version":
            return Response({"major": 1, "minor": 139, "patch": 0})
        if received.path != "/api/search/metadata":
            return Response({"id": "me"})
        after, view = seconds(received.json.get("createdAfter", EVER)), View(Clock(1), old=True)
        shown = [
            view.short(Asset(one, "me", one, created=at, updated=max(at, 100.0), thumbhash="made"))
            for one, at in self.uploads.items()
            if at >= after and received.json["visibility"] == "timeline"
        ]
        items = [{key: one[key] for key in one if key != "createdAt"} for one in shown]
        return Response({"assets": {"items": items, "nextPage": None}})


async def test_a_server_that_does_not_tell_when_photos_were_uploaded(connect: Connect) -> None:
    """It is asked which ones are new; a change makes no old photo a new one."""
    server = Older()
    server.start()
    client = connect(server.url)
    looker = Looker(client, Memory())
    begun = datetime.fromisoformat(Clock(1).stamp(2.5))
    (look,) = [look async for look in looker.look(Position(begun, begun))]
    position = await survey(client)
    server.uploads["4"] = 101.0
    (late,) = [look async for look in looker.look(position)]
    server.stop()
    assert [[one.name for one in some.entries] for some in (look, late)] == [["3"], ["4"]]


@pytest.mark.parametrize("place", ["timeline", "archive"])
async def test_changes_of_the_known_are_handed_over(
    immich: ImmichServer, connect: Connect, place: str
) -> None:
    """A tag that a person takes or gives makes a photo worth another visit."""
    client = connect(immich.url)
    memory = await begun(client)
    async with watching(client, memory, HASTE) as eyes:
        asset = immich.upload("new", visibility=place)
        immich.settle()
        await eyes.handed(1)
        immich.advance(100)
        immich.tag(asset, "by hand")
        immich.settle()
        assert await eyes.handed(2) == [asset.id, asset.id]


async def test_nothing_is_missed_while_nobody_looks(
    immich: ImmichServer,
    connect: Connect,
) -> None:
    """A new watcher goes on where the one before ended, with what is left unfinished first."""
    client = connect(immich.url)
    memory = await begun(client)
    immich.advance(1000)
    missed = [immich.upload(f"{number}") for number in range(3)]
    immich.advance(1000)
    immich.settle()
    memory.left = [Listing.of("", [("unfinished", 0, 0)])]
    async with watching(client, memory) as eyes:
        handed = await eyes.handed(4)
    assert handed[0] == "unfinished"
    assert sorted(handed[1:]) == sorted(asset.id for asset in missed)


async def test_a_picture_that_is_made_late(immich: ImmichServer, connect: Connect) -> None:
    """It is not missed, though others change meanwhile, a new watcher looks, and nothing tells."""
    client = connect(immich.url)
    memory = await begun(client)
    late = immich.upload("late", corrupt=True)
    await look(client, memory)
    immich.advance(300)
    other = immich.upload("other")
    immich.settle()
    await look(client, memory)
    assert memory.handed == [other.id]
    late.thumbhash = "made"
    await look(client, memory)
    assert memory.handed == [other.id, late.id]
    immich.advance(7200)
    immich.upload("one more")
    immich.settle()
    await look(client, memory)
    assert memory.at is not None
    assert memory.at.read.isoformat() > "2026-11-23T14"


async def test_changes_beside_one_that_is_waited_for(
    immich: ImmichServer, connect: Connect
) -> None:
    """Each is told once, though the position stays where a picture is missing."""
    client = connect(immich.url)
    memory = await begun(client)
    immich.upload("late", corrupt=True)
    other = immich.upload("other")
    immich.settle()
    await look(client, memory)
    changes = memory.changes
    immich.tag(other, "by hand")
    immich.settle()
    async with watching(client, memory, HASTE), asyncio.timeout(10):
        while memory.changes == changes:
            await asyncio.sleep(0.001)
        looks = memory.looks
        while memory.looks < looks + 4:
            await asyncio.sleep(0.001)
    assert memory.changes == changes + 1


async def test_an_idle_look_is_one_request(
    immich: ImmichServer,
    connect: Connect,
) -> None:
    """Over a library where nothing happens; before 3.0 the archive is another, now and then."""
    for number in range(5):
        immich.upload(f"{number}")
    immich.settle()
    client = connect(immich.url)
    memory = await begun(client)
    immich.received.clear()
    asked: list[bytes] = []
    immich.plan = lambda received: asked.append(received.body) if received.body else None
    async with watching(client, memory, HASTE), asyncio.timeout(10):
        while immich.received.count("/api/search/metadata") < 13:
            await asyncio.sleep(0.001)
    others = [one for one in immich.received if one != "/api/search/metadata"]
    assert [one.partition("?")[0] for one in others] == ["/api/users/me", "/api/timeline/buckets"]
    at_archive = [b'"visibility":"archive"' in body.replace(b" ", b"") for body in asked[:12]]
    assert sum(at_archive) == (2 if immich.version == "2.7.5" else 0)


async def test_a_server_that_is_away_is_looked_at_again(
    immich: ImmichServer,
    connect: Connect,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What keeps it from looking is told once, and is over once there is an answer."""
    client = connect(immich.url)
    memory = await begun(client)
    immich.down()
    async with watching(client, memory, WatchOptions(interval=0.05)) as eyes:
        async with asyncio.timeout(10):
            while not eyes.troubled():
                await asyncio.sleep(0.005)
        immich.up()
        asset = immich.upload("new")
        immich.settle()
        assert await eyes.handed(1) == [asset.id]
        assert not eyes.troubled()
    assert len([one for one in caplog.records if one.levelname == "ERROR"]) == 1


@pytest.mark.parametrize("version", VERSIONS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.sampled_from(["upload", "upload", "pass", "long", "tag", "look", "fail"]), max_size=25
    ),
    seed=st.integers(0, 5),
)
def test_whatever_happens_each_upload_is_handed_over_once(
    version: str, steps: list[str], seed: int
) -> None:
    """Uploads, changes, lost answers and looks in any order; a last look finds all."""
    server = ImmichServer(version, seed=seed)
    server.start()

    async def live() -> tuple[list[Asset], Memory]:
        client, memory, uploads = ImmichClient(server.url, KEY), Memory(), list[Asset]()
        memory.at = Position()

        for step in steps:
            if step == "upload":
                uploads.append(server.upload(f"{len(uploads)}"))
            elif step == "tag" and uploads:
                server.tag(uploads[0], f"tag {len(uploads)}")
            elif step in ("pass", "long"):
                server.advance(0.05 if step == "pass" else 60.0)
            elif step in ("look", "fail"):
                server.plan = FAILING if step == "fail" else WELL
                await look(client, memory)
        server.plan = WELL
        server.settle()
        await look(client, memory)
        await client.aclose()
        return uploads, memory

    try:
        uploads, memory = asyncio.run(live())
    finally:
        server.stop()
    first = dict.fromkeys(memory.handed)
    assert first.keys() == {asset.id for asset in uploads}
    assert server.faults == []
