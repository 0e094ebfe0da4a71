"""The socket at which photos are handed over."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

from tagwright.errors import ConfigurationError, StateError
from tagwright_plugins.digikam.resident import protocol
from tagwright_plugins.digikam.resident.counter import Counter

logger = logging.getLogger(__name__)

_ASKING = 10.0  # s that a process may take to say what it wants


class Door:
    """Lets in those who hand photos over, and knows how long nobody was there."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._within = 0
        self._since = time.monotonic()  # when the last one left
        self._empty = asyncio.Event()
        self._empty.set()

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take the photos of one process, and tell it what became of them."""
        self._within += 1
        self._empty.clear()
        try:
            peer: socket.socket = writer.get_extra_info("socket")
            # Who comes when we are about to end is not answered, and starts another one.
            if protocol.is_mine(peer) and self._counter.is_open:
                await self._attend(reader, writer)
        except (OSError, ValueError, TimeoutError) as exc:  # it has gone, or speaks otherwise
            logger.info("Somebody at the socket was not understood: %s", exc)
        finally:
            writer.close()
            self._within -= 1
            if not self._within:
                self._since = time.monotonic()
                self._empty.set()

    async def be_idle(self, seconds: float) -> None:
        """Return once nobody was there for so long."""
        while True:
            await self._empty.wait()
            left = self._since + seconds - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(left)

    @asynccontextmanager
    async def opened(self, listening: socket.socket) -> AsyncIterator[None]:
        """Let them in for as long as the block lasts; those within are then waited for."""
        limit = protocol.LONGEST
        server = await asyncio.start_unix_server(self.enter, sock=listening, limit=limit)
        async with server:
            yield
            server.close()
            await self._empty.wait()

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_ASKING):
            photos = protocol.asked_for(await reader.readline())
        # All at once, so that as many taggers are asked as there may be.
        asked = [asyncio.create_task(self._counter.take(photo)) for photo in photos]
        for one in asked:
            writer.write(protocol.answer(await one))
            await writer.drain()


@contextmanager
def listening(state: Path) -> Iterator[socket.socket]:
    """Give a socket at which this user's processes can queue for as long as the block lasts.

    Raises:
        ConfigurationError: another process has it.
        StateError: there can be none.
    """
    with protocol.address(state) as address:
        with socket.socket(socket.AF_UNIX) as trial:
            if trial.connect_ex(str(address)) == 0:
                cure = "It ends by itself when nothing was handed to it for a while."
                raise ConfigurationError("'tagwright digikam serve' runs already.", cure=cure)
        with socket.socket(socket.AF_UNIX) as made:
            _bind(made, address)
            mine = address.stat().st_ino
            try:
                yield made
            finally:
                with suppress(OSError):
                    if address.stat().st_ino == mine:  # else another one serves by now
                        address.unlink()


def _bind(made: socket.socket, address: Path) -> None:
    before = os.umask(0o177)
    try:
        address.unlink(missing_ok=True)  # of one that was killed
        made.bind(str(address))
        made.listen()
    except OSError as exc:
        raise StateError(f"no socket can be made in the state directory: {exc.strerror}.") from exc
    finally:
        os.umask(before)
