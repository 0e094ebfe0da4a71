"""What our end of webhooks takes and turns away, over real HTTP."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterable
from uuid import uuid4

import httpx
import pytest

from tagwright_plugins.immich.receiving.hooks import HEADER, hook_path
from tagwright_plugins.immich.receiving.webhook import webhook

from .serving import served

SECRET = "long-and-secret"
ASSET = "493f6d7f-7ac8-4dc5-b3b2-4c4a18a6a849"
PATH = hook_path("alice")


def event(asset: object = ASSET, trigger: str = "AssetCreate") -> dict[str, object]:
    """Return what Immich sends."""
    return {"type": "AssetV1", "trigger": trigger, "data": {"asset": {"id": asset, "new": 1}}}


class Heard(list[str]):
    """The ids that were announced."""

    def __call__(self, ids: Iterable[str]) -> None:
        self.extend(ids)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def address(heard: Heard) -> AsyncIterator[str]:
    async with served(webhook("alice", SECRET, heard)) as address:
        yield address


@pytest.fixture
async def client(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who knows the secret."""
    async with httpx.AsyncClient(base_url=address, headers={HEADER: SECRET}) as client:
        yield client


async def test_ids_are_taken_and_nothing_else(client: httpx.AsyncClient, heard: Heard) -> None:
    """Whatever the trigger is, and whatever else a later version sends."""
    assert (await client.post(PATH, json=event())).status_code == 204
    later = event("493F6D7F-7AC8-4DC5-B3B2-4C4A18A6A84A", "AssetTagged") | {"type": "AssetV2"}
    assert (await client.post(PATH, json=later)).status_code == 204
    assert heard == [ASSET, "493f6d7f-7ac8-4dc5-b3b2-4c4a18a6a84a"]
    other = {"type": "PersonV1", "trigger": "PersonRecognized", "data": {"person": {}}}
    assert (await client.post(PATH, json=other)).status_code == 204
    assert len(heard) == 2


async def test_what_is_no_event(client: httpx.AsyncClient, heard: Heard) -> None:
    """Is turned away."""
    for body in (
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"data": ',
        b'{"data": {"asset": {"id": "../../etc/passwd"}}}',
        b'{"data": {"asset": {"id": 7}}}',
        b"[" * 30_000,
    ):
        assert (await client.post(PATH, content=body)).status_code == 400, body[:80]
    assert heard == []


async def test_without_the_secret(
    address: str, heard: Heard, caplog: pytest.LogCaptureFixture
) -> None:
    """Missing and wrong look the same, and nothing of ours or the server's logs either."""
    caplog.set_level(logging.DEBUG)
    async with httpx.AsyncClient(base_url=address) as stranger:
        for shown in (None, "", "long-and-wrong", SECRET + "x", "\u00e9"):
            headers = {} if shown is None else {HEADER.encode(): shown.encode("latin-1")}
            answer = await stranger.post(PATH, json=event(), headers=headers)
            assert (answer.status_code, answer.content) == (403, b"")
    assert heard == []
    assert "long-and" not in caplog.text
    assert ASSET not in caplog.text


async def test_secret_of_another_account(heard: Heard) -> None:
    """Each account has its own."""
    bobs = Heard()
    routes = webhook("alice", SECRET, heard), webhook("bob", "another", bobs)
    async with served(*routes) as address, httpx.AsyncClient(base_url=address) as client:
        for path, secret in ((hook_path("bob"), SECRET), (PATH, "another")):
            refused = await client.post(path, json=event(), headers={HEADER: secret})
            assert refused.status_code == 403
        right = await client.post(hook_path("bob"), json=event(), headers={HEADER: "another"})
        assert right.status_code == 204
    assert (heard, bobs) == ([], [ASSET])


async def test_bodies_that_are_too_long(client: httpx.AsyncClient, heard: Heard) -> None:
    """Are turned away, whatever length they say they have."""
    told = json.dumps(event()).encode()

    async def padded(size: int) -> AsyncIterator[bytes]:
        yield told + b" " * (size - len(told))

    assert (await client.post(PATH, content=padded(65_537))).status_code == 413
    assert (await client.post(PATH, content=padded(65_536))).status_code == 204
    assert heard == [ASSET]


async def test_bodies_without_an_end(client: httpx.AsyncClient, heard: Heard) -> None:
    """Are hung up on: nothing more of them is read."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 16_384

    try:
        status = (await client.post(PATH, content=endless())).status_code
    except httpx.TransportError:  # hung up on while it was still sending
        status = 413
    assert status == 413
    assert sent < 5_000
    assert (await client.post(PATH, json=event())).status_code == 204
    assert heard == [ASSET]


async def test_other_ways(client: httpx.AsyncClient, heard: Heard) -> None:
    """Only POST to a known account."""
    assert (await client.get(PATH)).status_code == 405
    assert (await client.post(hook_path("nobody"), json=event())).status_code == 404
    assert heard == []


async def test_rate(heard: Heard) -> None:
    """Is bounded; those without the secret use up their own measure."""
    route = webhook("alice", SECRET, heard, burst=3)
    async with served(route) as address, httpx.AsyncClient(base_url=address) as client:
        wrong = [(await client.post(PATH, json=event())).status_code for _ in range(45)]
        assert (wrong[0], wrong[-1]) == (403, 429)
        answers = [
            await client.post(PATH, json=event(str(uuid4())), headers={HEADER: SECRET})
            for _ in range(4)
        ]
    assert [one.status_code for one in answers] == [204, 204, 204, 429]
    assert answers[-1].headers["retry-after"] == "1"
    assert len(heard) == 3
