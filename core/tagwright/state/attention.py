"""What became of all assets, and those that need attention."""

from __future__ import annotations

from sqlalchemy import Connection, func, select, update

from tagwright.model import AssetRef
from tagwright.state.places import PLACE, to_ref
from tagwright.state.schema import assets, folders


def retry(connection: Connection) -> int:
    """Have everything that was set aside taken up again; return how many assets that is."""
    aside = assets.c.status == "failed"
    goal = func.coalesce(assets.c.goal, "")  # not none: they were taken up
    values = {"status": "waiting", "goal": goal, "run_id": None, "attempts": 0, "due_at": 0}
    return connection.execute(update(assets).where(aside).values(values)).rowcount


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of assets by status."""
    query = select(assets.c.status, func.count()).group_by(assets.c.status)
    return {str(status): int(count) for status, count in connection.execute(query)}


def troubled(connection: Connection, limit: int) -> list[tuple[AssetRef, str, str]]:
    """Return assets with an error: reference, status and message."""
    query = (
        select(*PLACE, assets.c.status, assets.c.error)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(assets.c.error.is_not(None))
        .order_by(assets.c.id)
        .limit(limit)
    )
    return [(to_ref(row), row.status, row.error) for row in connection.execute(query)]
