"""Reverting writes to one asset: recorded as an intention first, as any write is."""

from __future__ import annotations

from sqlalchemy import Connection

from tagwright.pipeline.recording import giving_up
from tagwright.ports import Intend, PhotoAccess, Receipt
from tagwright.state import Lane, queue, undoing
from tagwright.state.undoing import Undoable


async def take_back(
    library: PhotoAccess, lane: Lane, run_id: str, one: Undoable, *, dry_run: bool = False
) -> Receipt:
    """Revert what is meant of one asset in the name of a run; return what that changed.

    Raises:
        TagwrightError: it could not be; the ledger says what of it was begun.
    """
    recorded: list[int] = []

    async def intend(receipt: Receipt) -> None:
        recorded.append(await lane(lambda c: undoing.intend(c, run_id, one, receipt)))

    async with giving_up(lane, recorded):
        receipt = await _revert(library, one, intend, dry_run=dry_run)
    if dry_run or not one.receipts:
        return receipt

    def finish(connection: Connection) -> None:
        number = recorded[0] if recorded else undoing.intend(connection, run_id, one, receipt)
        undoing.confirm(connection, one, number)
        if receipt.modified:
            queue.rewritten(connection, one.asset_id, receipt.size, receipt.modified)

    await lane(finish)
    return receipt


async def _revert(library: PhotoAccess, one: Undoable, intend: Intend, *, dry_run: bool) -> Receipt:
    if one.whole:
        return await library.revert(
            one.ref, one.receipts, dry_run=dry_run, intend=intend, begun=one.begun
        )
    if dry_run:
        return await library.plan(one.ref, (), one.withdrawal)
    return await library.write(one.ref, (), intend, one.withdrawal)
