"""Writing to a library so that the ledger always knows, whatever happens in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from tagwright.errors import StateError
from tagwright.model import AssetRef, Extra, Tag
from tagwright.ports import NOTHING, PhotoAccess, Receipt, Withdrawal
from tagwright.state import Lane, hands, ledger


class Recorder:
    """Carries out changes of one run and records each: intended first, then done."""

    def __init__(self, library: PhotoAccess, lane: Lane, run_id: str) -> None:
        self._library = library
        self._lane = lane
        self._run_id = run_id

    async def write(
        self,
        asset_id: int,
        ref: AssetRef,
        tags: Sequence[Tag],
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> tuple[Receipt, int | None]:
        """Return the library's receipt, and its number if there was anything to change.

        What was intended is to be confirmed (:func:`tagwright.state.ledger.confirm`) by the caller,
        in one transaction with all else that follows from the write.
        """
        recorded: list[int] = []

        async def intend(receipt: Receipt) -> None:
            if recorded:
                await self._lane(lambda c: ledger.lessen(c, recorded[0], receipt))
                return
            recorded.append(
                await self._lane(lambda c: ledger.intend(c, self._run_id, asset_id, receipt))
            )

        async with giving_up(self._lane, recorded):
            receipt = await self._library.write(ref, tags, intend, withdraw, extras)
        return receipt, recorded[0] if recorded else None


@asynccontextmanager
async def giving_up(lane: Lane, recorded: Sequence[int]) -> AsyncIterator[None]:
    """Record that a write whose receipt is recorded was given up, if it fails."""
    try:
        yield
    except BaseException:
        with suppress(StateError):  # then the time that passes tells as much
            if recorded:
                await lane(lambda c: hands.give_up(c, recorded[0]))
        raise
