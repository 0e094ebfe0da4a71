"""Writing to a library so that the ledger always knows, whatever happens in between."""

from __future__ import annotations

from collections.abc import Sequence

from tagwright.model import AssetRef, Extra, Tag
from tagwright.ports import NOTHING, PhotoLibrary, Receipt, Withdrawal
from tagwright.state import Lane, ledger


class Recorder:
    """Carries out changes of one run and records each: intended first, then done."""

    def __init__(self, library: PhotoLibrary, lane: Lane, run_id: str) -> None:
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

        receipt = await self._library.write(ref, tags, intend, withdraw, extras)
        return receipt, recorded[0] if recorded else None
