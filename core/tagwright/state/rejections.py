"""Rejections: which photos have some, and those that no longer hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, delete, false, or_, select, update

from tagwright.model import AssetRef, Outcome
from tagwright.state import host_decisions
from tagwright.state.places import is_under
from tagwright.state.schema import assets, folders, ledger, rejections, suggestions

Path = tuple[str, ...]

DELETED = "deleted in the library"  # the source of such rejections

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


def photos(
    connection: Connection, library: str, under: Sequence[str]
) -> list[tuple[int, AssetRef, tuple[str, ...]]]:
    """Return the assets below some places that have any, with the concepts."""
    place = folders.c.path + assets.c.name
    query = (
        select(assets.c.id, place.label("place"), rejections.c.concept)
        .join(folders, folders.c.id == assets.c.folder_id)
        .join(rejections, rejections.c.content_key == assets.c.content_key)
        .where((folders.c.library == library) & (assets.c.status != "gone"))
        .where(or_(false(), *(is_under(one) for one in under)))
        .order_by(assets.c.id, rejections.c.concept)
    )
    found: dict[tuple[int, str], list[str]] = {}
    for row in connection.execute(query):
        found.setdefault((row.id, row.place), []).append(row.concept)
    return [(i, AssetRef(library, at), tuple(names)) for (i, at), names in found.items()]


def lift(
    connection: Connection, asset_id: int, key: str, tags_now: Collection[Path], source: str
) -> dict[str, Path]:
    """Lift the rejections of tags that a person deleted and has put back: they are theirs now.

    Return those tags, by concept.
    """
    found = connection.execute(_DELETED, {"asset": asset_id, "key": key, "source": source})
    back = {row.concept: tuple(row.path) for row in found if tuple(row.path) in tags_now}
    for concept in back:
        mine = (rejections.c.content_key == key) & (rejections.c.concept == concept)
        connection.execute(delete(rejections).where(mine & (rejections.c.source == source)))
        host_decisions.lift(connection, key, concept)
        mine = (suggestions.c.asset_id == asset_id) & (suggestions.c.concept == concept)
        connection.execute(update(suggestions).where(mine).values(outcome=Outcome.ACCEPTED.value))
    return back
