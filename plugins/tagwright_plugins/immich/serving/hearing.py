"""Hears what each account's websocket tells, beside the daemons."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping

from tagwright.configuration import Configuration
from tagwright.errors import TagwrightError
from tagwright_adapters.immich.listening import Announce, listen
from tagwright_plugins.immich.accounts import access, account_of

logger = logging.getLogger(__name__)

Place = tuple[str, str]
"""The address of a server, and a key of it."""


class Hearing:
    """Hears each account where the configuration has it, until it is closed."""

    def __init__(self, accounts: Mapping[str, Announce]) -> None:
        """``accounts`` says who is told, by their names; nobody is heard yet."""
        self._accounts = accounts
        self._heard: dict[str, tuple[Place, asyncio.Task[None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def go_by(self, configuration: Configuration) -> None:
        """Hear by this configuration; what is heard at the same place goes on undisturbed.

        Raises:
            ConfigurationError: an account, its address or its key is missing.
        """
        accounts = [account_of(configuration, name) for name in self._accounts]
        places = {one.name: access(configuration, one) for one in accounts}
        for name, place in places.items():
            before = self._heard.get(name)
            if before is not None and before[0] == place and not before[1].done():
                continue
            if before is not None:
                before[1].cancel()
            task = asyncio.create_task(_hear(place, self._accounts[name]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            self._heard[name] = place, task

    async def aclose(self) -> None:
        """Hear nobody any more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def hearing(
    configuration: Configuration, accounts: Mapping[str, Announce]
) -> AsyncIterator[Hearing]:
    """Hear for as long as the block lasts; ``accounts`` says who is told, by their names."""
    async with contextlib.aclosing(Hearing(accounts)) as heard:
        heard.go_by(configuration)
        yield heard


async def _hear(place: Place, tell: Announce) -> None:
    """Hear one account, as long as that is possible: everything is found without it, too."""
    try:
        await listen(*place, tell)
    except TagwrightError as exc:
        logger.info("Immich's websocket is not listened to: %s", exc)
    except Exception:
        logger.exception("Immich's websocket is not listened to any more.")
