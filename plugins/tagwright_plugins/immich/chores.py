"""What is to be done for an account now and then, beside the photos."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence

from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.models import Tag

_OFTEN = 60.0  # s between two looks at the account's tags, where something happens
_SELDOM = 600.0  # s, where nothing does

Chore = Callable[[], Awaitable[None]]
Reader = Callable[[Sequence[Tag]], Awaitable[None]]


class Chores:
    """Does them in order."""

    def __init__(
        self, client: ImmichClient, always: Sequence[Chore], readers: Sequence[Reader]
    ) -> None:
        """``readers`` are told all tags of the account, which are asked for once for them all."""
        self._client = client
        self._always = always
        self._readers = readers
        self._checked: float | None = None
        self._stirred = False

    def stir(self) -> None:
        """Hear that something has changed in the account."""
        self._stirred = True

    async def see_to(self) -> None:
        """Do what is due.

        Raises:
            ImmichError: the server does not answer as it should.
        """
        for chore in self._always:
            await chore()
        now = time.monotonic()
        pause = _OFTEN if self._stirred else _SELDOM
        if self._checked is None or now - self._checked >= pause:
            tags = await self._client.tags.all()
            for reader in self._readers:
                await reader(tags)
            self._checked, self._stirred = now, False
