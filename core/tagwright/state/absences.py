"""Assets that are not there any more. What is known of them is kept, as they may come back."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, exists, select, update

from tagwright.state.schema import assets, folders

_GONE = (
    update(assets)
    .where(assets.c.id == bindparam("asset"))
    .values(status="gone", owner=None, error=None, error_class=None, due_at=bindparam("until"))
)
_KEPT = 90 * 86_400.0  # s, after which they can be forgotten; see ``forgetting``


def gone(connection: Connection, asset_id: int) -> None:
    """Record that an asset is no longer there; should it come back, it is taken up again."""
    folder_id = connection.scalar(select(assets.c.folder_id).where(assets.c.id == asset_id))
    _gone(connection, folder_id, [asset_id])


def miss(connection: Connection, library: str, references: Sequence[str]) -> int:
    """Record that assets are no longer there; return how many of them were known."""
    return sum(_miss(connection, library, reference) for reference in references)


def folders_of(connection: Connection, library: str) -> list[str]:
    """Return the references of a library's folders in which assets are known to be."""
    is_there = exists().where((assets.c.folder_id == folders.c.id) & (assets.c.status != "gone"))
    query = select(folders.c.path).where((folders.c.library == library) & is_there)
    return list(connection.scalars(query))


def settle(connection: Connection, folder_id: int, names: Sequence[str]) -> int:
    """Record that of a folder only these assets are there; return how many others were known."""
    query = select(assets.c.id, assets.c.name).where(
        (assets.c.folder_id == folder_id) & assets.c.status.not_in(("gone", "working"))
    )
    there = frozenset(names)
    missing = [row.id for row in connection.execute(query) if row.name not in there]
    if missing:
        _gone(connection, folder_id, missing)
    return len(missing)


def empty(connection: Connection, library: str, folder: str) -> int:
    """Record that a folder holds no assets any more; return how many were known."""
    query = select(folders.c.id).where((folders.c.library == library) & (folders.c.path == folder))
    folder_id = connection.scalar(query)
    return 0 if folder_id is None else settle(connection, folder_id, ())


def _gone(connection: Connection, folder_id: int | None, asset_ids: Sequence[int]) -> None:
    until = time.time() + _KEPT
    connection.execute(_GONE, [{"asset": one, "until": until} for one in asset_ids])
    # Else their folder would be passed over if they came back as they were.
    connection.execute(update(folders).where(folders.c.id == folder_id).values(goal=None))


def _miss(connection: Connection, library: str, reference: str) -> bool:
    folder, separator, name = reference.rpartition("/")
    query = (
        select(assets.c.id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where((folders.c.library == library) & (folders.c.path == folder + separator))
        .where((assets.c.name == name) & assets.c.status.not_in(("gone", "working")))
    )
    asset_id = connection.scalar(query)
    if asset_id is not None:
        gone(connection, asset_id)
    return asset_id is not None
