"""The client's search: everything, each once, whatever the server does to its pages."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.adapters.immich.server.assets import Asset, View
from tests.adapters.immich.server.clock import Clock
from tests.adapters.loopback import Loopback, Received, Response

from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.searching import Query

from .conftest import Connect
from .server import KEY, ImmichServer

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def names(client: ImmichClient, query: Query, size: int = 1000) -> list[str]:
    """Return the names of all that is found, as they come."""
    return [asset.original_file_name async for asset in client.search.walk(query, size=size)]


async def test_what_can_be_asked_for(immich: ImmichServer, connect: Connect) -> None:
    """Each field of a query, as both versions take it, to find and to count."""
    immich.permissions.add("asset.statistics")
    old = immich.upload("old", taken="2001-01-01T00:00:00.000Z", favourite=True)
    immich.settle()
    immich.tag(old, "a/b")
    immich.settle()
    immich.advance(100)
    new = immich.upload("new", visibility="archive")
    album = immich.library.album("Trip", immich.account)
    album.assets.append(new.id)
    (tag,) = immich.upsert("a")
    client = connect(immich.url)
    middle, taken = START + timedelta(seconds=50), datetime(2010, 1, 1, tzinfo=UTC)
    for query, expected in (
        (Query(), ["new", "old"]),
        (Query(created_after=middle), ["new"]),
        (Query(created_before=middle), ["old"]),
        (Query(updated_after=middle), ["new"]),
        (Query(taken_after=taken), ["new"]),
        (Query(taken_before=taken), ["old"]),
        (Query(album=album.id), ["new"]),
        (Query(tag=tag), ["old"]),
        (Query(untagged=True), ["new"]),
        (Query(favourite=True), ["old"]),
        (Query(favourite=False), ["new"]),
        (Query(visibility="archive"), ["new"]),
        (Query(person="00000000-0000-4000-8000-000000000000"), []),
    ):
        assert await names(client, query) == expected
        full = replace(query, with_exif=True, with_people=True)
        assert await client.search.count(full) == len(expected)


async def test_who_has_no_tag(immich: ImmichServer, connect: Connect) -> None:
    """Where the server tells; 2.5 refuses the question, and then each is read by itself."""
    assets = [immich.upload() for _ in range(2)]
    immich.tag(assets[0], "a")
    client = connect(immich.url)
    found = (await client.search.page(Query())).items
    assert await client.search.untagged(Query(), found) == {assets[1].id}
    path, refused = "/api/search/metadata", ["tagIds must be an array"]
    immich.instead[path] = immich.error(400, refused, "Bad Request")
    assert await client.search.untagged(Query(), found) == frozenset()


async def test_results(immich: ImmichServer, connect: Connect) -> None:
    """They never tell tags; more is told on demand."""
    immich.tag(immich.upload(), "a")
    search = connect(immich.url).search
    (asset,) = (await search.page(Query())).items
    assert asset.tags is None
    assert asset.exif is None
    (asset,) = (await search.page(Query(with_exif=True))).items
    assert asset.exif is not None


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
async def test_many_of_one_moment(immich: ImmichServer, connect: Connect, size: int) -> None:
    """More than a page of equals, which 2.7 shows in another order each time: none is lost."""
    expected = set()
    for number in range(30):
        immich.advance(60)
        expected.add(immich.upload(f"{number}").name)
    for number in range(3):
        expected.add(immich.upload(f"n{number}", taken=f"2024-01-0{number + 1}T00:00:00.000Z").name)
    found = await names(connect(immich.url), Query(), size)
    assert sorted(found) == sorted(expected)
    assert found[:3] == ["n2", "n1", "n0"]


class Timeless(Loopback):
    """An Immich whose photos were taken in any year, or in none: more of those than fit a page."""

    def answer(self, received: Received) -> Response:
        """Show all, unless a time is asked for: none of them is of it."""
        times = ["+020000-01-01T00:00:00.000Z", "0000-01-01T00:00:00.000Z", None]
        if received.json.get("takenBefore"):
            times = [] if received.json.get("takenAfter") else times[1:]
        shown = View(Clock(1), old=False).short(Asset("1", "1", "a.jpg", created=0.0))
        items = [shown | {"id": f"{one}", "fileCreatedAt": one} for one in times]
        return Response({"assets": {"items": items, "nextPage": "2" if items else None}})


async def test_impossible_times(connect: Connect) -> None:
    """Broken metadata keep nobody from looking, nor for ever."""
    server = Timeless()
    server.start()
    walk = connect(server.url).search.walk(Query(visibility="timeline"))
    async with asyncio.timeout(10):
        found = [asset.id async for asset in walk]
    server.stop()
    assert found == ["+020000-01-01T00:00:00.000Z", "0000-01-01T00:00:00.000Z", "None"]


async def test_requests(immich: ImmichServer, connect: Connect) -> None:
    """Photos of different moments cost one request a page; before 3.0 the archive is by itself."""
    for number in range(95):
        immich.upload(f"{number}", taken=f"2024-01-01T00:{number // 60:02}:{number % 60:02}.000Z")
    assert len(await names(connect(immich.url), Query(), 20)) == 95
    assert immich.received[0] == "/api/server/version"
    assert len(immich.received) == (7 if immich.version == "2.7.5" else 6)


async def test_timeline_and_archive(immich: ImmichServer, connect: Connect) -> None:
    """Both are found whatever a server finds by itself, newest first; hidden ones on demand."""
    immich.permissions.add("asset.statistics")
    for number, place in enumerate(["timeline", "archive", "hidden"] * 5):
        immich.upload(f"{number}", taken=f"20{number + 10}-01-01T00:00:00.000Z", visibility=place)
    shown = [f"{number}" for number in range(15)[::-1] if number % 3 < 2]
    client = connect(immich.url)
    for size in (1, 2, 1000):
        assert await names(client, Query(), size) == shown
    assert await client.search.count(Query()) == len(shown)
    more = await names(client, Query(hidden=True))
    assert len(more) == (10 if immich.version == "2.7.5" else 15)
    archive = [one async for one in client.search.walk(Query(visibility="archive"))]
    found = [one.id async for one in client.search.beside(Query(), archive)]
    assert found == [one.id for one in archive]


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=25), st.integers(1, 6))
def test_everything_once(immich: ImmichServer, moments: list[tuple[int, int]], size: int) -> None:
    """Whatever the times of photos and uploads, and however small the pages."""
    immich.library.assets.clear()
    for number, (taken, uploaded) in enumerate(moments):
        immich.upload(f"{number}", taken=f"2024-01-01T00:00:00.00{taken}Z")
        immich.advance(uploaded + 0.001)
    found = run(immich, size)
    assert sorted(found, key=int) == [f"{number}" for number in range(len(moments))]
    times = {asset.name: asset.taken for asset in immich.library.assets.values()}
    assert [times[name] for name in found] == sorted(times.values(), reverse=True)


def run(immich: ImmichServer, size: int) -> list[str]:
    """Walk through all."""

    async def walk() -> list[str]:
        client = ImmichClient(immich.url, KEY)
        try:
            return await names(client, Query(), size)
        finally:
            await client.aclose()

    return asyncio.run(walk())
