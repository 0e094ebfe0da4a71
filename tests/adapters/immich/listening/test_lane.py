"""What is announced from the websocket, through restarts and refusals."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.immich.server import HERE, KEY, ImmichServer
from tests.adapters.loopback import Loopback, Received, Response
from websockets.asyncio.server import ServerConnection, serve

from tagwright_adapters.immich.listening import listen
from tagwright_adapters.immich.listening.events import assets_of


class Heard(list[str]):
    """The ids that were announced."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()

    def __call__(self, ids: Iterable[str]) -> None:
        self.extend(ids)
        self._more.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until it holds."""
        async with asyncio.timeout(20):
            while not holds():
                self._more.clear()
                await self._more.wait()


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that nobody tells of."""
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(address: str, heard: Heard) -> AsyncIterator[asyncio.Task[None]]:
    """Listen for as long as the block lasts."""
    task = asyncio.create_task(listen(address, KEY, heard, first=0.02))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def caplog(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


async def test_uploads_and_changes(immich: ImmichServer, caplog: pytest.LogCaptureFixture) -> None:
    """Are announced through a restart of the server; the key is never logged."""
    immich.permissions.add("all")
    heard = Heard()
    async with listening(immich.url, heard):
        await until(lambda: immich.sockets.heard_by == 1)
        first = immich.upload()
        await asyncio.to_thread(immich.settle)
        await heard.until(lambda: heard == [first.id] * 2)
        await asyncio.to_thread(immich.down)
        await until(lambda: "websocket is not open" in caplog.text)
        immich.up()
        await until(lambda: "open again" in caplog.text)
        immich.tag(first, "a")
        await asyncio.to_thread(immich.settle)
        await heard.until(lambda: heard == [first.id] * 3)
    await until(lambda: immich.sockets.heard_by == 0)
    assert KEY not in caplog.text


async def test_over_tls_below_a_path(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As behind a proxy; a certificate that nobody vouches for is not trusted."""
    server = ImmichServer("3.1.0", prefix="/photos", tls=True)
    server.permissions.add("all")
    server.start()
    heard = Heard()
    try:
        async with listening(server.url, heard):
            await until(lambda: "CERTIFICATE_VERIFY_FAILED" in caplog.text)
        monkeypatch.setenv("SSL_CERT_FILE", str(HERE / "self-signed.pem"))
        async with listening(server.url, heard):
            await until(lambda: server.sockets.heard_by == 1)
            asset = server.upload()
            await asyncio.to_thread(server.settle)
            await heard.until(lambda: heard == [asset.id] * 2)
        await until(lambda: server.sockets.heard_by == 0)
    finally:
        server.stop()
    assert server.faults == []


async def test_a_key_that_may_not(immich: ImmichServer, caplog: pytest.LogCaptureFixture) -> None:
    """Is told once, and Immich is left alone for ever."""
    heard = Heard()
    async with asyncio.timeout(20):
        await listen(immich.url, KEY, heard, first=0.02)
    assert heard == []
    assert len(immich.received) == 1
    told = [one for one in caplog.records if one.name.startswith("tagwright")]
    assert ["lacks the permission 'all'" in one.getMessage() for one in told] == [True]


async def test_silence(caplog: pytest.LogCaptureFixture) -> None:
    """Pings are answered; without any, the connection is taken to be dead, and opened again."""
    heard, opened = Heard(), 0

    async def speak(socket: ServerConnection) -> None:
        nonlocal opened
        opened += 1
        await socket.send('0{"sid":"a","pingInterval":100,"pingTimeout":100}')
        assert await socket.recv() == "40"
        await socket.send('40{"sid":"b"}')
        for _ in range(3):
            await socket.send("2")
            assert await socket.recv() == "3"
        for frame in (b"\0", "6", "42[]", '42["new"]', f'42["on_asset_restore",["{ID}"]]'):
            await socket.send(frame)
        await socket.wait_closed()

    async with serve(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with listening(f"http://127.0.0.1:{port}", heard):
            await heard.until(lambda: len(heard) >= 2)
    assert opened >= 2
    assert "does not answer" in caplog.text


class Elsewhere(Loopback):
    """Something that is no websocket of Immich's."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response
        self.received: list[Received] = []

    def answer(self, received: Received) -> Response:
        self.received.append(received)
        return self.response


@pytest.mark.parametrize("status", [200, 302, 404, 502])
async def test_no_websocket(status: int, caplog: pytest.LogCaptureFixture) -> None:
    """It is tried again, ever more rarely; the key does not follow a redirection."""
    goal, heard = Elsewhere(Response("")), Heard()
    goal.start()
    headers = {"Location": f"{goal.url.replace('http', 'ws', 1)}/api/socket.io/"}
    server = Elsewhere(Response("", status, headers))
    server.start()
    async with listening(server.url, heard):
        await until(lambda: len(server.received) >= 3)
    server.stop()
    goal.stop()
    assert goal.received == []
    assert caplog.text.count("websocket is not open") == 1
    assert KEY not in caplog.text


ID = "493f6d7f-7ac8-4dc5-b3b2-4c4a18a6a849"


@pytest.mark.parametrize(
    ("name", "told", "ids"),
    [
        ("on_asset_delete", [ID], []),
        ("on_asset_hidden", [ID], []),
        ("on_asset_restore", [[ID, ID.upper()]], [ID, ID]),
        ("AssetUploadReadyV9", [{"asset": {"id": ID}, "new": 1}], [ID]),
        ("on_asset_stack_update", [], []),
        ("on_asset_update", [{"id": "no id"}], []),
        ("on_person_thumbnail", [ID], []),
        ("on_session_delete", [ID], []),
    ],
)
def test_ids_in_events(name: str, told: list[object], ids: list[str]) -> None:
    """Those of assets, whatever form a version gives them."""
    assert assets_of(name, told) == ids


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.sampled_from(["id", "asset", "x"]), below),
    max_leaves=5,
)


@settings(max_examples=50)
@given(st.lists(JSON, max_size=2))
def test_whatever_is_told(told: list[object]) -> None:
    """Is no error."""
    assert assets_of("on_asset_update", told) == []
