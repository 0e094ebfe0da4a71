"""Where people open the servers of Immich: not always where we reach them."""

from __future__ import annotations

import asyncio
import math
import time
from threading import Thread

from tagwright.configuration import Configuration
from tagwright.configuration.immich import AccountSection
from tagwright.errors import TagwrightError

_PATIENCE = 1.0  # s that the first link waits for the server's word
_AGAIN = 60.0  # s until a server that did not answer is asked anew


class Site:
    """The server of one account, as a browser opens it.

    That is ``public`` of the settings; else what the server says of itself; else its address.
    """

    def __init__(self, configuration: Configuration, account: AccountSection) -> None:
        """Ask nobody yet."""
        immich = configuration.immich
        self._configuration = configuration
        self._account = account
        self._address = account.address or immich.address
        self._told = None if account.address else immich.public or None  # "": it does not say
        self._patience = _PATIENCE
        self._next = -math.inf

    def address(self) -> str | None:
        """Return where it is opened; None: nowhere. Takes a second at most, and that once."""
        if self._address and self._told is None and time.monotonic() >= self._next:
            self._next = time.monotonic() + _AGAIN
            asking = Thread(target=self._ask, daemon=True)
            asking.start()
            asking.join(self._patience)
            self._patience = 0.0
        return self._told or self._address

    def _ask(self) -> None:
        try:
            self._told = asyncio.run(_public(self._configuration, self._account)) or ""
        except TagwrightError:
            return  # whoever needs the server says so


async def _public(configuration: Configuration, account: AccountSection) -> str | None:
    from tagwright_plugins.immich.accounts import make_client  # noqa: PLC0415 - slow to import

    client = make_client(configuration, account)
    try:
        return await client.account.public()
    finally:
        await client.aclose()
