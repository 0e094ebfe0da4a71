"""Forgetting what is on record of assets that have been gone for long."""

from __future__ import annotations

import time

from sqlalchemy import Connection, delete, select, update

from tagwright.state import stale
from tagwright.state.schema import (
    assets,
    extras,
    ledger,
    receipts,
    reversals,
    suggestions,
    visit_answers,
    visits,
)

_AT_ONCE = 500  # assets


def forget(connection: Connection) -> int:
    """Forget some assets that are not to come back any more; return how many, 0: none is left.

    What was written to them can no longer be taken back. What people said is kept, as are answers,
    which belong to pictures, and calls, which were paid for.
    """
    due = (assets.c.status == "gone") & (assets.c.due_at > 0) & (assets.c.due_at <= time.time())
    ids = list(connection.scalars(select(assets.c.id).where(due).limit(_AT_ONCE)))
    if not ids:
        return 0
    written = select(receipts.c.id).where(receipts.c.asset_id.in_(ids))
    connection.execute(delete(reversals).where(reversals.c.receipt_id.in_(written)))
    for table in (ledger, extras, receipts, suggestions, visit_answers, visits):
        connection.execute(delete(table).where(table.c.asset_id.in_(ids)))
    connection.execute(update(assets).where(assets.c.id.in_(ids)).values(due_at=0))
    for asset_id in ids:
        stale.mark(connection, asset_id)
    return len(ids)
