"""Which photos the index of the search is to look at again."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, exists, insert, select

from tagwright.state.schema import assets, search_stale

_MARK = insert(search_stale).from_select(
    ["asset_id"],
    select(assets.c.id).where(
        (assets.c.id == bindparam("asset"))
        & ~exists().where(search_stale.c.asset_id == assets.c.id)
    ),
)


def mark(connection: Connection, asset_id: int) -> None:
    """Note that more, or something else, is now known of an asset."""
    connection.execute(_MARK, {"asset": asset_id})
