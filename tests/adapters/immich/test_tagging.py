"""The client's tags: by full path, in one request."""

from __future__ import annotations

import pytest

from tagwright_adapters.immich.errors import ImmichMissingError, ImmichUnavailableError

from .conftest import Connect
from .server import ImmichServer, Trouble, in_turn


async def test_upserting(immich: ImmichServer, connect: Connect) -> None:
    """Each path has its tag, also where two share a name, and some are there already."""
    immich.upsert("places/coast")
    tags = connect(immich.url).tags
    paths = [("general", "coast"), ("places", "coast"), ("Beach",)]
    made = await tags.upsert(paths)
    assert {path: tag.value for path, tag in made.items()} == {
        ("general", "coast"): "general/coast",
        ("places", "coast"): "places/coast",
        ("Beach",): "Beach",
    }
    assert await tags.upsert(paths) == made
    assert made[("places", "coast")] in await tags.all()


async def test_giving_and_taking(immich: ImmichServer, connect: Connect) -> None:
    """Many tags to many assets at once; what is there already does not count."""
    assets = [immich.upload().id for _ in range(3)]
    immich.settle()
    client = connect(immich.url)
    made = [tag.id for tag in (await client.tags.upsert([("a",), ("b", "c")])).values()]
    assert await client.tags.give(assets[:2], made) == 4
    immich.settle()
    assert await client.tags.give(assets, made) == 2
    immich.settle()
    taken = await client.tags.take(made[0], assets)
    assert [one.success for one in taken] == [True] * 3
    immich.settle()
    shown = await client.assets.get(assets[0])
    assert [tag.path for tag in shown.tags or ()] == [("b", "c")]
    again = await client.tags.take(made[0], assets[:1])
    assert [one.error for one in again] == ["not_found"]


async def test_what_is_unknown(immich: ImmichServer, connect: Connect) -> None:
    """Giving passes over it in silence, taking tells."""
    tags = connect(immich.url).tags
    nowhere = "00000000-0000-4000-8000-000000000000"
    assert await tags.give([nowhere], [nowhere]) == 0
    with pytest.raises(ImmichMissingError) as caught:
        await tags.take(nowhere, [])
    assert not caught.value.stops_run


async def test_one_request_each(immich: ImmichServer, connect: Connect) -> None:
    """Nothing is tried again in secret; how long to wait is passed on."""
    immich.plan = in_turn([Trouble(429, retry_after=7), Trouble(502, done=True)])
    tags = connect(immich.url).tags
    with pytest.raises(ImmichUnavailableError, match="fails with 429") as caught:
        await tags.upsert([("a",)])
    assert caught.value.retry_after == 7
    assert immich.account.tags.find("a") is None
    with pytest.raises(ImmichUnavailableError, match="fails with 502") as caught:
        await tags.upsert([("a",)])
    assert caught.value.retry_after is None
    assert immich.account.tags.find("a") is not None
    assert len(immich.received) == 2


async def test_restart(immich: ImmichServer, connect: Connect) -> None:
    """The same client goes on when the server is back."""
    tags = connect(immich.url).tags
    await tags.all()
    immich.down()
    with pytest.raises(ImmichUnavailableError):
        await tags.all()
    immich.up()
    assert await tags.all() == ()
