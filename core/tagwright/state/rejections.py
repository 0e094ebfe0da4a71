"""Rejections that no longer hold."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, select, update

from tagwright.model import Outcome
from tagwright.state.schema import ledger, rejections, suggestions

Path = tuple[str, ...]

# Tags of ours that a person deleted: by the row of the ledger, what exactly was deleted.
_DELETED = (
    select(ledger.c.concept, ledger.c.path)
    .join(rejections, rejections.c.concept == ledger.c.concept)
    .where(
        (ledger.c.asset_id == bindparam("asset"))
        & ledger.c.gone_at.is_not(None)
        & ledger.c.withdrawn_by.is_(None)
        & (rejections.c.content_key == bindparam("key"))
        & (rejections.c.source == bindparam("source"))
    )
)


def lift(
    connection: Connection, asset_id: int, key: str, tags_now: Collection[Path], source: str
) -> None:
    """Lift the rejections of tags that a person deleted and has put back: they are theirs now."""
    found = connection.execute(_DELETED, {"asset": asset_id, "key": key, "source": source})
    for concept in {row.concept for row in found if tuple(row.path) in tags_now}:
        mine = (rejections.c.content_key == key) & (rejections.c.concept == concept)
        connection.execute(delete(rejections).where(mine & (rejections.c.source == source)))
        mine = (suggestions.c.asset_id == asset_id) & (suggestions.c.concept == concept)
        connection.execute(update(suggestions).where(mine).values(outcome=Outcome.ACCEPTED.value))
