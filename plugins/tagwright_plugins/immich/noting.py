"""Notes on an account's assets, for as long as the account can be noted in."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

from tagwright.notekeeping import Notekeeper
from tagwright.state import Lane
from tagwright_adapters.immich.errors import ImmichError, ImmichPermissionError, ImmichSetupError
from tagwright_adapters.immich.library import ImmichLibrary

logger = logging.getLogger(__name__)

_PAUSE = 60.0  # s between calls, so that each notes several
_SELDOM = 3600.0  # s, where the key or the server cannot: that may change
_AT_LAST = 5.0  # s that noting may take at the end


class AccountNotes:
    """Catches up with the ledger now and then; what keeps it from that never stops the tagging."""

    def __init__(self, library: ImmichLibrary, lane: Lane) -> None:
        self._account = library.name
        self._keeper = Notekeeper(library, lane)
        self._next = 0.0  # s
        self._has_said = False

    async def catch_up(self, portions: int = 10) -> None:
        """Note what is not noted yet; where the key or the server cannot, that is said once.

        ``portions``: at most so many calls or so, as others wait meanwhile.
        """
        now = time.monotonic()
        if now < self._next:
            return
        try:
            if await self._keeper.catch_up(portions):
                self._next = now + _PAUSE
        except ImmichPermissionError:
            self._next = now + _SELDOM
            self._say(
                logging.INFO,
                "what is ours is on record here alone, and not with each photo: for that the key"
                " needs 'asset.update'.",
            )
        except ImmichSetupError as exc:
            self._next = now + _SELDOM
            why = f"no notes are kept with the photos: {exc}"
            self._say(logging.WARNING, f"{why} Or set 'notes = false' under [immich].")
        except ImmichError as exc:
            logger.info("%s: notes wait until later: %s", self._account, exc)

    def _say(self, level: int, why: str) -> None:
        if not self._has_said:
            logger.log(level, "%s: %s", self._account, why)
        self._has_said = True

    async def finish(self) -> None:
        """Note what is left, as far as there is time: the next start goes on with it."""
        self._next = 0.0
        with suppress(TimeoutError):
            async with asyncio.timeout(_AT_LAST):
                await self.catch_up()
