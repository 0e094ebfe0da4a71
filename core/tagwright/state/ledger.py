"""The ledger: every tag that we wrote, the only licence to take one away, and the way back.

A write is recorded twice: as an intention before the host is touched, and as written once it was
read back. A crash in between leaves an intention, which the next visit of the asset settles by
looking at what stands there. So no tag of ours is ever mistaken for a person's.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update

from tagwright.model import Extra, Outcome, Tag
from tagwright.ports import NOTHING, Receipt, Withdrawal
from tagwright.state import bars, extras, hands, reversals
from tagwright.state.schema import assets, folders, ledger, receipts, rejections, suggestions

Path = tuple[str, ...]

# What every photo asks is put together once: that costs more than the asking.
_RECEIPT = update(receipts).where(receipts.c.id == bindparam("receipt"))
_TAKEN = update(ledger).where(ledger.c.withdrawn_by == bindparam("receipt"))
_OPEN = select(receipts.c.id).where(
    (receipts.c.asset_id == bindparam("asset")) & receipts.c.written_at.is_(None)
)
_STANDING = (
    select(ledger.c.concept, ledger.c.path)
    .join(receipts, receipts.c.id == ledger.c.receipt_id)
    .where(
        (ledger.c.asset_id == bindparam("asset"))
        & ledger.c.gone_at.is_(None)
        & receipts.c.written_at.is_not(None)
    )
)
_REJECTED = select(rejections.c.concept).where(
    (rejections.c.content_key == bindparam("key")) | (rejections.c.asset_id == bindparam("asset"))
)


def begin(connection: Connection, run_id: str, asset_id: int, receipt: Receipt) -> int:
    """Record that a write is about to happen; return the receipt's identifier.

    Raises:
        InHandError: another run is writing to the asset.
    """
    hands.check(connection, asset_id, run_id)
    values = {
        "run_id": run_id,
        "asset_id": asset_id,
        "target": receipt.target,
        "before": receipt.before,
        "size": receipt.size,
        "modified": receipt.modified,
        "intended_at": time.time(),
    }
    result = connection.execute(insert(receipts), values)
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def intend(connection: Connection, run_id: str, asset_id: int, receipt: Receipt) -> int:
    """Record what is about to be written; return the receipt's identifier."""
    key = begin(connection, run_id, asset_id, receipt)
    rows = [
        {
            "receipt_id": key,
            "asset_id": asset_id,
            "concept": tag.concept,
            "path": list(tag.path),
            "confidence": tag.confidence,
            "tagger": tag.tagger,
        }
        for tag in receipt.written
    ]
    if rows:
        connection.execute(insert(ledger), rows)
    leaving = [tag.concept for tag in receipt.withdrawn]
    if leaving:
        where = (ledger.c.asset_id == asset_id) & ledger.c.concept.in_(leaving)
        connection.execute(
            update(ledger)
            .where(where & ledger.c.gone_at.is_(None) & (ledger.c.receipt_id != key))
            .values(withdrawn_by=key)
        )
    extras.intend(connection, key, asset_id, receipt)
    return key


def lessen(connection: Connection, receipt_id: int, receipt: Receipt) -> None:
    """Record that less is ours than was intended: somebody else was quicker."""
    ours = [tag.concept for tag in receipt.written]
    others = (ledger.c.receipt_id == receipt_id) & ledger.c.concept.not_in(ours)
    connection.execute(delete(ledger).where(others))
    extras.lessen(connection, receipt_id, receipt)


def confirm(connection: Connection, receipt_id: int) -> None:
    """Record that what was intended was read back."""
    now = time.time()
    connection.execute(_RECEIPT, {"receipt": receipt_id, "written_at": now})
    connection.execute(_TAKEN, {"receipt": receipt_id, "gone_at": now})
    extras.confirm(connection, receipt_id)


def settle(
    connection: Connection,
    asset_id: int,
    tags_now: Collection[Path],
    extras_now: Collection[Extra] = (),
) -> None:
    """Decide intentions that a crash left open, by what stands on the asset now."""
    for receipt_id in connection.scalars(_OPEN, {"asset": asset_id}).all():
        if settle_undo(connection, asset_id, receipt_id, tags_now, extras_now) is not None:
            continue
        if _happened(connection, receipt_id, tags_now) or extras.happened(
            connection, receipt_id, extras_now
        ):
            confirm(connection, receipt_id)
        else:
            _forget(connection, receipt_id)


def settle_undo(
    connection: Connection,
    asset_id: int,
    receipt_id: int,
    tags_now: Collection[Path],
    extras_now: Collection[Extra],
) -> bool | None:
    """Settle an open intention if it is an undo's; return whether it was carried out.

    None: it is no undo's.
    """
    turns = reversals.find(connection, receipt_id)
    if turns is None:
        return None
    happened = turns.happened(tags_now, extras_now)
    if happened:
        confirm(connection, receipt_id)
        reversals.carry_out(connection, asset_id, turns)
    else:
        reversals.forget(connection, receipt_id)
        _forget(connection, receipt_id)
    return happened


def _happened(connection: Connection, receipt_id: int, tags_now: Collection[Path]) -> bool:
    """Whether a tag of the write is there, or one that it takes away is not."""
    brought = select(ledger.c.path).where(ledger.c.receipt_id == receipt_id)
    taken = select(ledger.c.path).where(ledger.c.withdrawn_by == receipt_id)
    return any(tuple(path) in tags_now for path in connection.scalars(brought)) or any(
        tuple(path) not in tags_now for path in connection.scalars(taken)
    )


def _forget(connection: Connection, receipt_id: int) -> None:
    connection.execute(_TAKEN, {"receipt": receipt_id, "withdrawn_by": None})
    extras.forget(connection, receipt_id)
    connection.execute(delete(ledger).where(ledger.c.receipt_id == receipt_id))
    connection.execute(delete(receipts).where(receipts.c.id == receipt_id))


def standing(connection: Connection, asset_id: int) -> dict[str, Path]:
    """Return the tags that we wrote and have not seen go: path by concept identifier."""
    found = connection.execute(_STANDING, {"asset": asset_id})
    return {concept: tuple(path) for concept, path in found}


def all_standing(connection: Connection, asset_ids: Sequence[int]) -> dict[int, dict[str, Path]]:
    """Return :func:`standing` of many assets."""
    found: dict[int, dict[str, Path]] = {one: {} for one in asset_ids}
    query = (
        select(ledger.c.asset_id, ledger.c.concept, ledger.c.path)
        .join(receipts, receipts.c.id == ledger.c.receipt_id)
        .where(ledger.c.asset_id.in_(asset_ids) & ledger.c.gone_at.is_(None))
        .where(receipts.c.written_at.is_not(None))
    )
    for asset_id, concept, path in connection.execute(query):
        found[asset_id][concept] = tuple(path)
    return found


def all_rejected(
    connection: Connection, content_keys: Mapping[int, str]
) -> dict[int, frozenset[str]]:
    """Return :func:`rejected` of many assets, given by their content keys."""
    by_asset: dict[int, set[str]] = {}
    by_key: dict[str, set[str]] = {}
    where = rejections.c.asset_id.in_(content_keys) | rejections.c.content_key.in_(
        content_keys.values()
    )
    for row in connection.execute(select(rejections).where(where)):
        by_asset.setdefault(row.asset_id, set()).add(row.concept)
        by_key.setdefault(row.content_key, set()).add(row.concept)
    kept_out = bars.of_assets(connection, list(content_keys))
    return {
        asset_id: kept_out.get(asset_id, frozenset())
        | by_asset.get(asset_id, set())
        | by_key.get(key, set())
        for asset_id, key in content_keys.items()
    }


def written_paths(connection: Connection) -> dict[str, frozenset[Path]]:
    """Return the paths of all tags that we ever wrote or meant to, by the asset's reference."""
    found: dict[str, set[Path]] = {}
    query = (
        select(folders.c.path + assets.c.name, ledger.c.path)
        .select_from(ledger)
        .join(assets, assets.c.id == ledger.c.asset_id)
        .join(folders, folders.c.id == assets.c.folder_id)
    )
    for reference, path in connection.execute(query):
        found.setdefault(reference, set()).add(tuple(path))
    return {reference: frozenset(paths) for reference, paths in found.items()}


def rename(connection: Connection, asset_id: int, concept: str, renamed: str) -> None:
    """Note that a tag of ours, unchanged in the library, now goes by another concept."""
    where = (ledger.c.asset_id == asset_id) & (ledger.c.concept == concept)
    connection.execute(
        update(ledger).where(where & ledger.c.gone_at.is_(None)).values(concept=renamed)
    )


def withdrawal(connection: Connection, asset_id: int, concepts: Collection[str]) -> Withdrawal:
    """Return what a library needs to take these tags of ours from an asset."""
    if not concepts:
        return NOTHING
    rows = connection.execute(
        select(ledger.c.receipt_id, ledger.c.concept, ledger.c.path, ledger.c.confidence)
        .add_columns(ledger.c.tagger, receipts.c.run_id)
        .join(receipts, receipts.c.id == ledger.c.receipt_id)
        .where((ledger.c.asset_id == asset_id) & ledger.c.concept.in_(concepts))
        .where(ledger.c.gone_at.is_(None))
    ).all()
    tags = tuple(Tag(r.concept, tuple(r.path), r.confidence, r.tagger, r.run_id) for r in rows)
    query = select(receipts).where(receipts.c.id.in_({row.receipt_id for row in rows}))
    found = connection.execute(query.order_by(receipts.c.id.desc())).all()
    return Withdrawal(tags, tuple(to_receipt(connection, row) for row in found))


def reject(
    connection: Connection,
    asset_id: int,
    content_key: str,
    concepts: Iterable[str],
    source: str,
    *,
    outcome: Outcome = Outcome.REJECTED,
) -> None:
    """Record that a person does not want these concepts on this photo, now or ever."""
    now = time.time()
    for concept in concepts:
        where = (rejections.c.content_key == content_key) & (rejections.c.concept == concept)
        if connection.scalar(select(rejections.c.concept).where(where)) is None:
            connection.execute(
                insert(rejections).values(
                    content_key=content_key,
                    concept=concept,
                    asset_id=asset_id,
                    source=source,
                    rejected_at=now,
                )
            )
        _gone(connection, asset_id, concept, now)
        connection.execute(
            update(suggestions)
            .where((suggestions.c.asset_id == asset_id) & (suggestions.c.concept == concept))
            .values(outcome=outcome.value)
        )


def gone(connection: Connection, asset_id: int, concepts: Iterable[str]) -> None:
    """Note that tags of ours no longer stand on an asset, through no decision against them."""
    now = time.time()
    for concept in concepts:
        _gone(connection, asset_id, concept, now)


def claim(connection: Connection, asset_id: int, concepts: Iterable[str]) -> None:
    """Record that tags of ours are a person's from now on."""
    for concept in concepts:
        _gone(connection, asset_id, concept, time.time())
        mine = (suggestions.c.asset_id == asset_id) & (suggestions.c.concept == concept)
        connection.execute(update(suggestions).where(mine).values(outcome=Outcome.ACCEPTED.value))


def rejected(connection: Connection, asset_id: int, content_key: str) -> set[str]:
    """Return the concepts that were rejected for this photo, under this name or another.

    With those that are kept out of its library as a whole.
    """
    own = connection.scalars(_REJECTED, {"key": content_key, "asset": asset_id})
    return {*own, *bars.of_assets(connection, [asset_id]).get(asset_id, ())}


def _gone(connection: Connection, asset_id: int, concept: str, now: float) -> None:
    """Note that a tag of ours is not there any more, or not ours."""
    where = (ledger.c.asset_id == asset_id) & (ledger.c.concept == concept)
    connection.execute(update(ledger).where(where & ledger.c.gone_at.is_(None)).values(gone_at=now))


def to_receipt(connection: Connection, row: Row[Any]) -> Receipt:
    """Return a receipt with what of it still stands, and what it took away."""
    brought = (ledger.c.receipt_id == row.id) & ledger.c.gone_at.is_(None)
    taken = ledger.c.withdrawn_by == row.id
    return Receipt(
        written=_tags(connection, brought, row.run_id),
        already=(),
        changes=(),
        target=row.target,
        before=row.before,
        size=row.size,
        modified=row.modified,
        withdrawn=_tags(connection, taken, row.run_id),
        given=extras.brought(connection, row.id),
        taken=extras.taken(connection, row.id),
    )


def _tags(connection: Connection, where: ColumnElement[bool], run_id: str) -> tuple[Tag, ...]:
    rows = connection.execute(select(ledger).where(where))
    return tuple(
        Tag(row.concept, tuple(row.path), row.confidence, row.tagger, run_id) for row in rows
    )
