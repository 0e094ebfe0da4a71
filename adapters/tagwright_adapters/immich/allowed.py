"""What the key may do beyond tagging: what it may not is said once, and left out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Set

from tagwright_adapters.immich.client import ImmichClient

logger = logging.getLogger(__name__)


class Allowed:
    """Asks the server once what its key may do."""

    def __init__(self, client: ImmichClient, account: str) -> None:
        """``account`` is what messages call the account."""
        self._client = client
        self._account = account
        self._held: Set[str] | None = None
        self._asked = False
        self._asking = asyncio.Lock()
        self._said: set[str] = set()

    async def to(self, what: str, *needed: str) -> bool:
        """Return whether the key may do something; True where the server cannot tell.

        Args:
            what: For people: "set captions".
            needed: Permissions.

        Raises:
            ImmichError: the server does not answer as it should.
        """
        async with self._asking:
            if not self._asked:
                self._held = await self._client.account.permissions()
                self._asked = True
        if self._held is None or "all" in self._held:
            return True
        lacking = sorted(set(needed) - self._held)
        if lacking and what not in self._said:
            self._said.add(what)
            logger.warning(
                "%s: the key may not %s: give it %s in Immich: Account Settings > API Keys.",
                self._account,
                what,
                ", ".join(lacking),
            )
        return not lacking
