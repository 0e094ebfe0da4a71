"""The ledger's other half: the captions, ratings and albums that we set.

As for tags, they are the only licence to change or take one away; what a person took away or wrote
over is not set again.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from tagwright.model import Extra, ExtraField
from tagwright.ports import Receipt
from tagwright.state.schema import assets, extras, folders, receipts

_TAKEN = update(extras).where(extras.c.withdrawn_by == bindparam("receipt"))
_STANDING = (
    select(extras.c.asset_id, extras.c.field, extras.c.value)
    .join(receipts, receipts.c.id == extras.c.receipt_id)
    .where(extras.c.gone_at.is_(None) & receipts.c.written_at.is_not(None))
)
_STANDING_ON = _STANDING.where(extras.c.asset_id == bindparam("asset"))
_REJECTED = (
    select(assets.c.content_key, extras.c.field, extras.c.value)
    .join(assets, assets.c.id == extras.c.asset_id)
    .where(extras.c.rejected)
)
# By content, so that a rename does not bring back what a person took away.
_REJECTED_ON = _REJECTED.where(assets.c.content_key == bindparam("key"))


def intend(connection: Connection, receipt_id: int, asset_id: int, receipt: Receipt) -> None:
    """Record what a receipt is about to set and take away."""
    rows = [
        {
            "receipt_id": receipt_id,
            "asset_id": asset_id,
            "field": one.field.value,
            "value": one.value,
        }
        for one in receipt.given
    ]
    if rows:
        connection.execute(insert(extras), rows)
    for one in receipt.taken:
        where = _is(asset_id, one) & extras.c.gone_at.is_(None)
        connection.execute(
            update(extras)
            .where(where & (extras.c.receipt_id != receipt_id))
            .values(withdrawn_by=receipt_id)
        )


def lessen(connection: Connection, receipt_id: int, receipt: Receipt) -> None:
    """Record that less was set than was intended."""
    mine = extras.c.receipt_id == receipt_id
    for one in _of(connection, mine):
        if one not in receipt.given:
            here = (extras.c.field == one.field.value) & (extras.c.value == one.value)
            connection.execute(delete(extras).where(mine & here))


def confirm(connection: Connection, receipt_id: int) -> None:
    """Record that what a receipt takes away has gone."""
    connection.execute(_TAKEN, {"receipt": receipt_id, "gone_at": time.time()})


def happened(connection: Connection, receipt_id: int, now: Collection[Extra]) -> bool:
    """Whether something that the write sets is there, or something that it takes away is not."""
    given = _of(connection, extras.c.receipt_id == receipt_id)
    gone = _of(connection, extras.c.withdrawn_by == receipt_id)
    return any(one in now for one in given) or any(one not in now for one in gone)


def forget(connection: Connection, receipt_id: int) -> None:
    """Drop an intention that came to nothing."""
    connection.execute(_TAKEN, {"receipt": receipt_id, "withdrawn_by": None})
    connection.execute(delete(extras).where(extras.c.receipt_id == receipt_id))


def standing(connection: Connection, asset_id: int) -> frozenset[Extra]:
    """Return what we set on an asset and have not seen go."""
    found = connection.execute(_STANDING_ON, {"asset": asset_id})
    return frozenset(_extra(field, value) for _, field, value in found)


def any_standing(connection: Connection, library: str, field: ExtraField) -> bool:
    """Say whether anything of a kind that we set stands anywhere in a library."""
    query = (
        _STANDING.join(assets, assets.c.id == extras.c.asset_id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where((folders.c.library == library) & (extras.c.field == field.value))
    )
    return connection.execute(query.limit(1)).first() is not None


def is_filled(connection: Connection, library: str, album: str) -> bool:
    """Say whether we put anything into an album that we did not take out again ourselves."""
    query = (
        select(extras.c.receipt_id)
        .join(receipts, receipts.c.id == extras.c.receipt_id)
        .join(assets, assets.c.id == extras.c.asset_id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where((folders.c.library == library) & receipts.c.written_at.is_not(None))
        .where((extras.c.field == ExtraField.ALBUM.value) & (extras.c.value == album))
        .where(extras.c.gone_at.is_(None) | extras.c.rejected)
    )
    return connection.execute(query.limit(1)).first() is not None


def all_standing(connection: Connection, asset_ids: Sequence[int]) -> dict[int, frozenset[Extra]]:
    """Return :func:`standing` of many assets."""
    found: dict[int, set[Extra]] = {one: set() for one in asset_ids}
    query = _STANDING.where(extras.c.asset_id.in_(asset_ids))
    for asset_id, field, value in connection.execute(query):
        found[asset_id].add(_extra(field, value))
    return {one: frozenset(those) for one, those in found.items()}


def rejected(connection: Connection, content_key: str) -> frozenset[Extra]:
    """Return what a person took from this photo or wrote over, under this name or another."""
    found = connection.execute(_REJECTED_ON, {"key": content_key})
    return frozenset(_extra(field, value) for _, field, value in found)


def all_rejected(
    connection: Connection, content_keys: Mapping[int, str]
) -> dict[int, frozenset[Extra]]:
    """Return :func:`rejected` of many assets, given by their content keys."""
    by_key: dict[str, set[Extra]] = {}
    query = _REJECTED.where(assets.c.content_key.in_(set(content_keys.values())))
    for key, field, value in connection.execute(query):
        by_key.setdefault(key, set()).add(_extra(field, value))
    return {asset: frozenset(by_key.get(key, ())) for asset, key in content_keys.items()}


def reject(connection: Connection, asset_id: int, gone: Iterable[Extra]) -> None:
    """Record that a person took these away or wrote over them."""
    now = time.time()
    for one in gone:
        where = _is(asset_id, one) & extras.c.gone_at.is_(None)
        connection.execute(update(extras).where(where).values(gone_at=now, rejected=True))


def brought(connection: Connection, receipt_id: int) -> tuple[Extra, ...]:
    """Return what a write set and still stands."""
    return _of(connection, (extras.c.receipt_id == receipt_id) & extras.c.gone_at.is_(None))


def taken(connection: Connection, receipt_id: int) -> tuple[Extra, ...]:
    """Return what a write took away."""
    return _of(connection, extras.c.withdrawn_by == receipt_id)


def _of(connection: Connection, where: ColumnElement[bool]) -> tuple[Extra, ...]:
    rows = connection.execute(select(extras.c.field, extras.c.value).where(where))
    return tuple(sorted(_extra(field, value) for field, value in rows))


def _is(asset_id: int, one: Extra) -> ColumnElement[bool]:
    return (
        (extras.c.asset_id == asset_id)
        & (extras.c.field == one.field.value)
        & (extras.c.value == one.value)
    )


def _extra(field: Any, value: Any) -> Extra:
    return Extra(ExtraField(field), value)
