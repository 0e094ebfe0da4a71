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


@contextlib.asynccontextmanager
async def hearing(
    configuration: Configuration, accounts: Mapping[str, Announce]
) -> AsyncIterator[None]:
    """Hear for as long as the block lasts; ``accounts`` says who is told, by their names."""
    tasks = [
        asyncio.create_task(_hear(configuration, name, tell)) for name, tell in accounts.items()
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hear(configuration: Configuration, name: str, tell: Announce) -> None:
    """Hear one account, as long as that is possible: everything is found without it, too."""
    try:
        address, key = access(configuration, account_of(configuration, name))
        await listen(address, key, tell)
    except TagwrightError as exc:
        logger.info("Immich's websocket is not listened to: %s", exc)
    except Exception:
        logger.exception("Immich's websocket is not listened to any more.")
