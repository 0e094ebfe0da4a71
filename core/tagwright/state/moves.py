"""Assets that go by another reference than before: what we know of our tags goes along."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from tagwright.model import AssetRef
from tagwright.pictures.formats import FormatKind, format_of
from tagwright.state import absences
from tagwright.state.schema import (
    assets,
    decisions,
    extras,
    folders,
    ledger,
    receipts,
    rejections,
    suggestions,
)

# Only an asset that we never wrote to can be one of old, and only by the picture that it shows.
_NAME = select(assets.c.name).where(assets.c.id == bindparam("asset"))
_EARLIER = (
    select(assets.c.id, folders.c.library, folders.c.path, assets.c.name)
    .join(folders, folders.c.id == assets.c.folder_id)
    .where(
        (assets.c.content_key == bindparam("key"))
        & (assets.c.id != bindparam("asset"))
        & (folders.c.library == bindparam("library"))
        & exists().where(receipts.c.asset_id == assets.c.id)
        & ~exists().where(receipts.c.asset_id == bindparam("asset"))
    )
    .order_by(assets.c.id.desc())
)


def earlier(
    connection: Connection, asset_id: int, content_key: str, library: str
) -> tuple[tuple[int, AssetRef], ...]:
    """Return assets that this one may have been before it was moved; they may still be there.

    A RAW file and the picture beside it count as the same content, but neither was the other.
    """
    kind = _kind(connection.scalar(_NAME, {"asset": asset_id}))
    values = {"key": content_key, "asset": asset_id, "library": library}
    rows = connection.execute(_EARLIER, values)
    return tuple(
        (row.id, AssetRef(row.library, row.path + row.name))
        for row in rows
        if _kind(row.name) is kind
    )


def inherit(connection: Connection, asset_id: int, old_id: int) -> None:
    """Give an asset all that is on record of the one that it was before."""
    connection.execute(delete(suggestions).where(suggestions.c.asset_id == asset_id))
    for table in (receipts, ledger, extras, suggestions, rejections, decisions):
        mine = table.c.asset_id == old_id
        connection.execute(update(table).where(mine).values(asset_id=asset_id))
    absences.gone(connection, old_id)


def _kind(name: str | None) -> FormatKind | None:
    form = format_of(name or "")
    return form.kind if form else None
