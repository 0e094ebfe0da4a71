"""Where a library is yet to follow the decisions of people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from tagwright.model import AssetRef
from tagwright.state.places import PLACE, to_ref
from tagwright.state.schema import assets, decisions, folders, ledger, receipts


@dataclass(frozen=True, slots=True)
class Task:
    """One asset whose tags are to follow decisions."""

    asset_id: int
    ref: AssetRef
    content_key: str
    session: str  # the run in whose name it is done
    concepts: frozenset[str]  # that are concerned
    applying: tuple[int, ...]  # decisions that were in force when this was read
    undoing: tuple[int, ...]  # decisions that were undone


def due(connection: Connection, limit: int, but: Collection[int] = ()) -> list[int]:
    """Return assets that have something due, those decided on first."""
    query = select(decisions.c.asset_id).where(decisions.c.due).group_by(decisions.c.asset_id)
    if but:
        query = query.where(decisions.c.asset_id.not_in(but))
    return list(connection.scalars(query.order_by(func.min(decisions.c.id)).limit(limit)))


def count(connection: Connection) -> int:
    """Return how many assets have something due."""
    number = func.count(decisions.c.asset_id.distinct())
    return int(connection.scalar(select(number).where(decisions.c.due)) or 0)


def task(connection: Connection, asset_id: int) -> Task | None:
    """Return what is due on an asset; None if it no longer is."""
    where = (decisions.c.asset_id == asset_id) & decisions.c.due
    rows = connection.execute(select(decisions).where(where).order_by(decisions.c.id)).all()
    if not rows:
        return None
    place = (
        select(*PLACE)
        .join(assets, assets.c.folder_id == folders.c.id)
        .where(assets.c.id == asset_id)
    )
    at = connection.execute(place).one()
    return Task(
        asset_id,
        to_ref(at),
        rows[-1].content_key,
        rows[-1].session,
        frozenset(row.concept for row in rows),
        tuple(row.id for row in rows if row.undone_at is None),
        tuple(row.id for row in rows if row.undone_at is not None),
    )


def followed(connection: Connection, done: Task) -> None:
    """Record that the library has followed; what was undone in the meantime stays due."""
    still = decisions.c.id.in_(done.applying) & decisions.c.undone_at.is_(None)
    gone = decisions.c.id.in_(done.undoing)
    connection.execute(update(decisions).where(still | gone).values(due=False, error=None))


def failed(connection: Connection, one: Task, error: str) -> None:
    """Record why the library could not follow; it stays due."""
    ids = (*one.applying, *one.undoing)
    connection.execute(update(decisions).where(decisions.c.id.in_(ids)).values(error=error))


def troubles(connection: Connection, limit: int) -> list[tuple[AssetRef, str]]:
    """Return assets where the library could not follow, with the reason."""
    query = (
        select(folders.c.library, folders.c.path, assets.c.name, func.max(decisions.c.error))
        .select_from(decisions.join(assets, assets.c.id == decisions.c.asset_id).join(folders))
        .where(decisions.c.due & decisions.c.error.is_not(None))
        .group_by(assets.c.id, folders.c.library, folders.c.path, assets.c.name)
        .order_by(assets.c.id)
        .limit(limit)
    )
    return [(AssetRef(a, b + c), error) for a, b, c, error in connection.execute(query)]


def newest_entry(connection: Connection, asset_id: int, concept: str) -> Row[Any] | None:
    """Return the newest write of a tag of ours that nobody has undone.

    With the columns ``receipt_id``, ``gone_at`` and ``withdrawn_by``, the last only where that
    write can be undone.
    """
    taker = receipts.alias()
    query: Select[Any] = (
        select(ledger.c.receipt_id, ledger.c.gone_at, taker.c.id.label("withdrawn_by"))
        .join(receipts, receipts.c.id == ledger.c.receipt_id)
        .outerjoin(taker, (taker.c.id == ledger.c.withdrawn_by) & taker.c.undone_run.is_(None))
        .where((ledger.c.asset_id == asset_id) & (ledger.c.concept == concept))
        .where(receipts.c.undone_run.is_(None) & receipts.c.written_at.is_not(None))
        .order_by(ledger.c.receipt_id.desc())
        .limit(1)
    )
    return connection.execute(query).first()
