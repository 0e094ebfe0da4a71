"""The websocket: who is let in, what is said there and in which order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from tests.adapters.immich.server import HERE, KEY, External, ImmichServer
from websockets.sync.client import ClientConnection, connect

Event = tuple[str, list[Any]]


class Listener:
    """Somebody at the websocket, who speaks its protocol frame by frame."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        assert self._next().startswith("0{")  # Engine.IO opens
        connection.send("40")  # Socket.IO connects
        assert self._next().startswith('40{"sid":')

    def hear(self) -> Event:
        """Return the next event."""
        frame = self._next()
        assert frame.startswith("42"), frame
        name, *told = json.loads(frame[2:])
        return name, told

    def is_left(self) -> bool:
        """Whether the server says that it is over."""
        return self._next().startswith("41")

    def _next(self) -> str:
        frame = self._connection.recv(timeout=10)
        assert isinstance(frame, str)
        return frame


Listen = Callable[..., Listener]


@pytest.fixture
def listen(immich: ImmichServer) -> Iterator[Listen]:
    """Lets somebody with a key listen."""
    immich.permissions.add("all")
    with ExitStack() as stack:

        def make(key: str = KEY) -> Listener:
            address = immich.url.replace("http", "ws", 1) + "/api/socket.io/"
            url = f"{address}?EIO=4&transport=websocket"
            headers = {"x-api-key": key}
            made = connect(url, additional_headers=headers, proxy=None, close_timeout=0.2)
            return Listener(stack.enter_context(made))

        yield make


def test_as_recorded(immich: ImmichServer, listen: Listen) -> None:
    """The same events in the same order, with the same fields as those of a real server."""
    path = HERE / f"events-{immich.version}.json"
    recorded = json.loads(path.read_text(encoding="utf-8"))[1:]  # "connect" is no event
    listener = listen()
    asset = immich.upload()
    immich.settle()
    immich.tag(asset, "new/a", "new/c")
    immich.settle()
    for one in recorded:
        name, told = listener.hear()
        assert name == one["event"]
        assert _shape(told) == _shape(one["args"]), name


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(below) for key, below in value.items()}
    return [_shape(below) for below in value] if isinstance(value, list) else None


def test_what_is_heard(immich: ImmichServer, listen: Listen) -> None:
    """An upload once its thumbnail is there; an asset after each tagging, with its leaves."""
    listener = listen()
    assert listener.hear()[0] == "on_server_version"
    asset = immich.upload()
    immich.advance(0.05)
    immich.settle()
    name, (told,) = listener.hear()
    assert (name, told["id"], told["thumbhash"]) == ("on_upload_success", asset.id, asset.thumbhash)
    assert listener.hear()[1][0]["asset"]["id"] == asset.id
    immich.refresh(asset)  # reads and changes nothing: nobody hears of it
    immich.tag(asset, "a/b")
    immich.settle()
    name, (told,) = listener.hear()
    assert name == "on_asset_update"
    assert [tag["value"] for tag in told["tags"]] == ["a/b"]
    immich.untag(asset, "a/b")
    immich.settle()
    assert listener.hear()[1][0]["tags"] == []


def test_what_is_not(immich: ImmichServer, listen: Listen) -> None:
    """Hidden, locked and corrupt uploads, and what is another's."""
    bob = immich.library.account("Bob", "bobs-key")
    listener = listen()
    listener.hear()
    immich.upload(visibility="hidden")
    immich.upload(visibility="locked")
    immich.upload(corrupt=True)
    immich.upload(by=bob)
    immich.settle()
    heard = immich.upload(external=External(immich.clock.uuid()))
    immich.settle()
    assert listener.hear()[1][0]["id"] == heard.id


@pytest.mark.parametrize("key", [KEY, "no-key"])
def test_without_the_permission(immich: ImmichServer, listen: Listen, key: str) -> None:
    """Let in, told off, put out."""
    immich.permissions.discard("all")
    listener = listen(key)
    assert listener.hear() == ("error", ["unauthorized"])
    assert listener.is_left()
    immich.permissions.add("all")
    immich.upload()
    immich.settle()
