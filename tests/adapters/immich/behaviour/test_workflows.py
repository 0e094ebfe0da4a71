"""Workflows of 3.x: what announces new assets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.adapters.immich.server import ImmichServer
from tests.adapters.loopback import Loopback, Received, Response

from .conftest import Ask

ONLY_NEWER = pytest.mark.parametrize("immich", ["3.1.0"], indirect=True)


class Receiver(Loopback):
    """Takes webhooks."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[Received] = []
        self.status = 204

    def answer(self, received: Received) -> Response:
        """Keep it."""
        self.got.append(received)
        return Response(status=self.status)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who waits for webhooks."""
    made = Receiver()
    made.start()
    yield made
    made.stop()
    assert made.faults == []


@pytest.fixture
def newer(immich: ImmichServer) -> ImmichServer:
    """A server that has webhooks, with a key that may install one."""
    immich.permissions.add("all")
    return immich


def workflow(url: str, trigger: str = "AssetCreate") -> dict[str, object]:
    """Return a workflow that calls somebody."""
    config = {"url": url, "method": "POST", "headerName": "x-secret", "headerValue": "s"}
    steps = [{"method": "immich-plugin-core#webhook", "config": config}]
    return {"trigger": trigger, "name": "Tagwright", "enabled": True, "steps": steps}


@ONLY_NEWER
def test_webhook(newer: ImmichServer, ask: Ask, receiver: Receiver) -> None:
    """A new asset is announced with the header that was set."""
    made = ask("POST", "/workflows", workflow(f"{receiver.url}/hook"), 201)
    assert ask("GET", "/workflows") == [made]
    asset = newer.upload()
    assert newer.webhooks.delivered() == [204]
    (got,) = receiver.got
    assert (got.method, got.path, got.headers["x-secret"]) == ("POST", "/hook", "s")
    assert (got.json["type"], got.json["trigger"]) == ("AssetV1", "AssetCreate")
    assert got.json["data"]["asset"]["id"] == asset.id
    assert got.json["data"]["asset"]["thumbhash"] is None


@ONLY_NEWER
def test_other_trigger(newer: ImmichServer, ask: Ask, receiver: Receiver) -> None:
    """Metadata are read after an upload and at a refresh; no tagging is announced."""
    ask("POST", "/workflows", workflow(receiver.url, "AssetMetadataExtraction"), 201)
    asset = newer.upload()
    newer.settle()
    newer.tag(asset, "a")
    newer.settle()
    assert newer.webhooks.delivered() == [204]
    newer.refresh(asset)
    newer.settle()
    assert newer.webhooks.delivered() == [204, 204]


@ONLY_NEWER
def test_switched_off_and_deleted(newer: ImmichServer, ask: Ask, receiver: Receiver) -> None:
    """Then nothing is sent."""
    made = ask("POST", "/workflows", workflow(receiver.url), 201)
    place = f"/workflows/{made['id']}"
    ask("PUT", place, {"enabled": False})
    newer.upload()
    ask("PUT", place, {"enabled": True})
    ask("DELETE", place, status=204)
    newer.upload()
    assert newer.webhooks.delivered() == []
    assert ask("GET", "/workflows") == []


@ONLY_NEWER
def test_receiver_in_trouble(newer: ImmichServer, ask: Ask, receiver: Receiver) -> None:
    """A webhook is sent once, whatever becomes of it."""
    ask("POST", "/workflows", workflow(receiver.url), 201)
    receiver.status = 500
    newer.upload()
    assert newer.webhooks.delivered() == [500]
    receiver.down()
    newer.upload()
    assert newer.webhooks.delivered() == [500, 0]
    receiver.up()


def test_what_there_is(immich: ImmichServer, ask: Ask) -> None:
    """3.x tells its triggers and methods; 2.x knows neither."""
    immich.permissions.add("all")
    if immich.version == "2.7.5":
        ask("GET", "/workflows/triggers", status=400)
        ask("GET", "/plugins/methods", status=404)
        return
    triggers = [one["trigger"] for one in ask("GET", "/workflows/triggers")]
    assert triggers == ["AssetCreate", "AssetMetadataExtraction"]
    assert [one["key"] for one in ask("GET", "/plugins/methods")] == ["immich-plugin-core#webhook"]
