"""Whether an asset is in the hands of another run: its half of a change looks like a person's."""

from __future__ import annotations

import time

from sqlalchemy import Connection, bindparam, select, update

from tagwright.errors import InHandError
from tagwright.state.schema import receipts, runs

_LONGEST = 120.0  # s that a write takes; what is open for longer was given up
_GIVEN_UP = -1  # in place of the time of the asset once written
_OTHERS = (
    select(receipts.c.id)
    .join(runs, runs.c.id == receipts.c.run_id)
    .where((receipts.c.asset_id == bindparam("asset")) & (receipts.c.run_id != bindparam("run")))
    .limit(1)
)
_WRITING = _OTHERS.where(
    receipts.c.written_at.is_(None)
    & (receipts.c.intended_at > bindparam("begin"))
    & (receipts.c.modified != _GIVEN_UP)
    & (runs.c.status == "running")
)
_WRITTEN = _OTHERS.where(receipts.c.written_at >= bindparam("since"))


def check(connection: Connection, asset_id: int, run_id: str, since: float | None = None) -> None:
    """Make sure that no other run is writing to an asset, nor has written since it was read.

    Args:
        connection: To the state.
        asset_id: The asset.
        run_id: The run that asks.
        since: When the asset was read, s since the epoch; None: it is yet to be.

    Raises:
        InHandError: one is, or has.
    """
    mine: dict[str, object] = {"asset": asset_id, "run": run_id}
    taken = connection.scalar(_WRITING, mine | {"begin": time.time() - _LONGEST})
    if taken is None and since is not None:
        taken = connection.scalar(_WRITTEN, mine | {"since": since})
    if taken is not None:
        raise InHandError(cure="It can be tried again in a moment.")


def give_up(connection: Connection, receipt_id: int) -> None:
    """Record that a write failed: whoever comes next may settle it."""
    mine = (receipts.c.id == receipt_id) & receipts.c.written_at.is_(None)
    connection.execute(update(receipts).where(mine).values(modified=_GIVEN_UP))
