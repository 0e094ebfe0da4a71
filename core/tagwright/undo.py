"""Taking back what a run wrote, exactly; what people did since stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tagwright.errors import TagwrightError, VanishedError
from tagwright.model import AssetRef
from tagwright.ports import PhotoLibrary, Receipt
from tagwright.state import Lane, ledger

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one asset."""

    ref: AssetRef
    receipt: Receipt | None = None
    error: TagwrightError | None = None


class Undo:
    """Reverts one run, asset by asset; run again after a crash, it goes on where it was."""

    def __init__(
        self, library: PhotoLibrary, lane: Lane, report: Callable[[Undone], None], *, dry_run: bool
    ) -> None:
        self._library = library
        self._lane = lane
        self._report = report
        self._dry_run = dry_run
        self._stopping = False

    def stop(self) -> None:
        """Take up nothing more; what is in hand is finished."""
        self._stopping = True

    async def run(self, undone_run: str, run_id: str) -> None:
        """Undo ``undone_run`` in the name of the run ``run_id``."""
        waiting = iter(await self._lane(lambda c: ledger.to_undo(c, undone_run)))

        async def work() -> None:
            for asset_id in waiting:
                if self._stopping:
                    return
                self._report(await self._one(undone_run, run_id, asset_id))

        async with asyncio.TaskGroup() as tasks:
            for _ in range(_AT_ONCE):
                tasks.create_task(work())

    async def _one(self, undone_run: str, run_id: str, asset_id: int) -> Undone:
        one = await self._lane(lambda c: ledger.undoable(c, undone_run, asset_id))
        try:
            receipt = await self._library.revert(one.ref, one.receipts, dry_run=self._dry_run)
        except VanishedError as exc:  # nothing is left that could be taken back
            if not self._dry_run:
                gone = Receipt((), (), ())
                await self._lane(lambda c: ledger.undone(c, run_id, one, gone))
            return Undone(one.ref, error=exc)
        except TagwrightError as exc:
            return Undone(one.ref, error=exc)
        if not self._dry_run:
            await self._lane(lambda c: ledger.undone(c, run_id, one, receipt))
        return Undone(one.ref, receipt)
