"""The events of one connection: as much of Socket.IO, version 4, as it takes to listen.

A library for all of Socket.IO brings a second HTTP client along, many times as large as this.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tagwright_adapters.addresses import is_loopback
from tagwright_adapters.immich.address import hostname
from tagwright_adapters.immich.listening.errors import RefusedError, SocketError

Event = tuple[str, list[Any]]

_LONGEST = 4 * 2**20  # bytes of one event
_TO_OPEN = 10.0  # s
_TO_CLOSE = 2.0  # s
_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)  # below, the library would log the key

# Engine.IO's packets begin with a digit; in those that hold a message, Socket.IO's digit follows.
_OPEN, _PING, _PONG = "0", "2", "3"
_CONNECT, _LEFT, _EVENT, _NOT_CONNECTED = "40", "41", "42", "44"
_REFUSAL: Event = ("error", ["unauthorized"])


class _Connect(connect):
    """Follows no redirection: the key would go along to whoever answers there."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


async def events(address: str, key: str) -> AsyncGenerator[Event, None]:
    """Yield events until the connection ends.

    Args:
        address: Of the API.
        key: Of the account; it must be one that may do everything.

    Raises:
        RefusedError: it is not.
        SocketError: the connection cannot be made, or has broken.
    """
    async with _opened(address, key) as socket:
        patience = await _begin(socket)
        while True:
            async with asyncio.timeout(patience):
                frame = await socket.recv()
            if not isinstance(frame, str):
                continue  # nothing that we listen for
            if frame == _PING:
                await socket.send(_PONG)
            elif frame.startswith((_LEFT, _NOT_CONNECTED)):
                raise SocketError("Immich ended it")
            elif event := _event(frame):
                if event == _REFUSAL:
                    raise RefusedError
                yield event


def _event(frame: str) -> Event | None:
    if not frame.startswith(_EVENT):
        return None
    packet = json.loads(frame.removeprefix(_EVENT))
    if not isinstance(packet, list) or not packet or not isinstance(packet[0], str):
        return None
    return packet[0], packet[1:]


@asynccontextmanager
async def _opened(address: str, key: str) -> AsyncIterator[ClientConnection]:
    url = address.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    try:
        async with _Connect(
            url,
            additional_headers={"x-api-key": key},
            user_agent_header=None,
            proxy=None if is_loopback(hostname(address)) else True,
            ssl=httpx.create_ssl_context() if url.startswith("wss:") else None,
            open_timeout=_TO_OPEN,
            close_timeout=_TO_CLOSE,
            ping_interval=None,  # Engine.IO has pings of its own
            max_size=_LONGEST,
            logger=_log,
        ) as socket:
            yield socket
    except TimeoutError as exc:
        raise SocketError("Immich does not answer") from exc
    except (OSError, WebSocketException, ValueError, TypeError, KeyError, RecursionError) as exc:
        raise SocketError(str(exc) or type(exc).__name__) from exc


async def _begin(socket: ClientConnection) -> float:
    """Connect to the events; return the seconds of silence after which all is over."""
    async with asyncio.timeout(_TO_OPEN):
        frame = await socket.recv()
        if not isinstance(frame, str) or not frame.startswith(_OPEN):
            raise SocketError("it is not Immich's")
        about = json.loads(frame.removeprefix(_OPEN))
        await socket.send(_CONNECT)
    return float(about["pingInterval"] + about["pingTimeout"]) / 1_000
