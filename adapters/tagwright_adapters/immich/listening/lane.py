"""The lane by which events come: opened again whenever it breaks, given up where it is refused."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from contextlib import aclosing
from importlib.util import find_spec

from tagwright.errors import MissingProgramError
from tagwright_adapters.immich.address import api_address
from tagwright_adapters.immich.listening.errors import RefusedError, SocketError
from tagwright_adapters.immich.listening.events import assets_of

logger = logging.getLogger(__name__)

Announce = Callable[[Iterable[str]], None]
"""Is told the ids of assets that may be new or changed; returns at once."""

_FIRST = 1.0  # s until a broken connection is opened again, then twice as long each time
_MOST = 300.0  # s
_STEADY = 60.0  # s that a connection must have lasted to have been a good one


async def listen(address: str, key: str, announce: Announce, *, first: float = _FIRST) -> None:
    """Announce what happens in an account until it is cancelled.

    Returns where the key may not listen, which is said once; nothing depends on this lane.

    Args:
        address: Of the server, with or without ``/api``.
        key: Of the account.
        announce: Is called in the event loop.
        first: Seconds until a connection that broke is opened again.

    Raises:
        MissingProgramError: the package that it takes is not installed.
        ImmichSetupError: the address cannot be one.
    """
    if find_spec("websockets") is None:
        message = "the package 'websockets' is not installed."
        raise MissingProgramError(message, cure="pip install 'tagwright[immich]'")
    lane = _Lane(api_address(address), key, announce, first)
    try:
        await lane.run()
    except RefusedError:
        logger.info(
            "The key of Immich lacks the permission 'all', which its websocket asks for."
            " New photos are found without it."
        )


class _Lane:
    def __init__(self, address: str, key: str, announce: Announce, first: float) -> None:
        self._address = address
        self._key = key
        self._announce = announce
        self._first = self._delay = first
        self._in_trouble = False

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            begun = loop.time()
            try:
                await self._hear()
            except SocketError as exc:
                if loop.time() - begun > _STEADY:
                    self._delay = self._first
                self._say(exc)
            await asyncio.sleep(self._delay * random.uniform(0.75, 1.25))  # noqa: S311 - no secret
            self._delay = min(2 * self._delay, _MOST)

    async def _hear(self) -> None:
        from tagwright_adapters.immich.listening.wire import events  # noqa: PLC0415 - of an extra

        async with aclosing(events(self._address, self._key)) as heard:
            async for name, told in heard:
                if self._in_trouble:
                    logger.info("Immich's websocket is open again.")
                self._in_trouble = False
                if assets := assets_of(name, told):
                    self._announce(assets)

    def _say(self, trouble: SocketError) -> None:
        if not self._in_trouble:
            logger.info(
                "Immich's websocket is not open: %s. It is tried again; until then new photos are"
                " found without it.",
                trouble.message,
            )
        self._in_trouble = True
