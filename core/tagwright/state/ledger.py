"""The ledger: every tag that we wrote, the only licence to take one away, and the way back.

A write is recorded twice: as an intention before the host is touched, and as written once it was
read back. A crash in between leaves an intention, which the next visit of the asset settles by
looking at what stands there. So no tag of ours is ever mistaken for a person's.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from tagwright.model import AssetRef, Decision, Outcome, Suggestion, Tag, Why
from tagwright.ports import Receipt
from tagwright.state.schema import (
    assets,
    folders,
    ledger,
    receipts,
    rejections,
    suggestions,
)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undoable:
    """One asset that a run wrote to, with its receipts, newest first."""

    asset_id: int
    ref: AssetRef
    receipt_ids: tuple[int, ...]
    receipts: tuple[Receipt, ...]


def intend(connection: Connection, run_id: str, asset_id: int, receipt: Receipt) -> int:
    """Record what is about to be written; return the receipt's identifier."""
    result = connection.execute(
        insert(receipts).values(
            run_id=run_id,
            asset_id=asset_id,
            target=receipt.target,
            before=receipt.before,
            size=receipt.size,
            modified=receipt.modified,
            intended_at=time.time(),
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    rows = [
        {
            "receipt_id": key[0],
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
    return int(key[0])


def confirm(connection: Connection, receipt_id: int) -> None:
    """Record that what was intended was read back."""
    connection.execute(
        update(receipts).where(receipts.c.id == receipt_id).values(written_at=time.time())
    )


def settle(connection: Connection, asset_id: int, tags_now: Collection[Path]) -> None:
    """Decide intentions that a crash left open, by what stands on the asset now."""
    open_ones = (receipts.c.asset_id == asset_id) & receipts.c.written_at.is_(None)
    for receipt_id in connection.scalars(select(receipts.c.id).where(open_ones)).all():
        paths = select(ledger.c.path).where(ledger.c.receipt_id == receipt_id)
        if any(tuple(path) in tags_now for path in connection.scalars(paths)):
            confirm(connection, receipt_id)
        else:
            connection.execute(delete(ledger).where(ledger.c.receipt_id == receipt_id))
            connection.execute(delete(receipts).where(receipts.c.id == receipt_id))


def standing(connection: Connection, asset_id: int) -> dict[str, Path]:
    """Return the tags that we wrote and have not seen go: path by concept identifier."""
    query = (
        select(ledger.c.concept, ledger.c.path)
        .join(receipts, receipts.c.id == ledger.c.receipt_id)
        .where(
            (ledger.c.asset_id == asset_id)
            & ledger.c.gone_at.is_(None)
            & receipts.c.written_at.is_not(None)
        )
    )
    return {row.concept: tuple(row.path) for row in connection.execute(query)}


def reject(
    connection: Connection, asset_id: int, content_key: str, concepts: Iterable[str], source: str
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
            .values(outcome=Outcome.REJECTED.value)
        )


def rejected(connection: Connection, asset_id: int, content_key: str) -> set[str]:
    """Return the concepts that were rejected for this photo, under this name or another."""
    where = (rejections.c.content_key == content_key) | (rejections.c.asset_id == asset_id)
    return set(connection.scalars(select(rejections.c.concept).where(where)))


def keep_suggestions(
    connection: Connection, run_id: str, asset_id: int, found: Sequence[Suggestion]
) -> None:
    """Replace the undecided suggestions of an asset; what a person decided stays."""
    mine = suggestions.c.asset_id == asset_id
    connection.execute(delete(suggestions).where(mine & suggestions.c.outcome.is_(None)))
    decided = set(connection.scalars(select(suggestions.c.concept).where(mine)))
    rows = [
        {
            "asset_id": asset_id,
            "concept": suggestion.concept,
            "run_id": run_id,
            "confidence": suggestion.confidence,
            "decision": suggestion.decision.value,
            "outcome": None,
            "why": [_plain(why) for why in suggestion.why],
        }
        for suggestion in found
        if suggestion.concept not in decided
    ]
    if rows:
        connection.execute(insert(suggestions), rows)


def mark_applied(connection: Connection, asset_id: int, tags: Iterable[Tag]) -> None:
    """Note on suggestions that their tags now stand in the library."""
    concepts = [tag.concept for tag in tags]
    where = (suggestions.c.asset_id == asset_id) & suggestions.c.concept.in_(concepts)
    connection.execute(
        update(suggestions)
        .where(where & suggestions.c.outcome.is_(None))
        .values(outcome=Outcome.APPLIED.value)
    )


def to_undo(connection: Connection, run_id: str) -> list[int]:
    """Return the assets that a run wrote to and that nobody has undone yet."""
    query = (
        select(receipts.c.asset_id)
        .where((receipts.c.run_id == run_id) & receipts.c.undone_run.is_(None))
        .group_by(receipts.c.asset_id)
        .order_by(receipts.c.asset_id)
    )
    return list(connection.scalars(query))


def undoable(connection: Connection, run_id: str, asset_id: int) -> Undoable:
    """Return what a run wrote to an asset and nobody has undone yet."""
    place = (
        select(folders.c.library, folders.c.path, assets.c.name)
        .join(assets, assets.c.folder_id == folders.c.id)
        .where(assets.c.id == asset_id)
    )
    row = connection.execute(place).one()
    mine = (receipts.c.asset_id == asset_id) & (receipts.c.run_id == run_id)
    query = select(receipts).where(mine & receipts.c.undone_run.is_(None))
    found = connection.execute(query.order_by(receipts.c.id.desc())).all()
    return Undoable(
        asset_id,
        AssetRef(row.library, row.path + row.name),
        tuple(r.id for r in found),
        tuple(
            Receipt(
                written=_tags(connection, r.id, run_id),
                already=(),
                changes=(),
                target=r.target,
                before=r.before,
                size=r.size,
                modified=r.modified,
            )
            for r in found
        ),
    )


def undone(connection: Connection, run_id: str, one: Undoable, receipt: Receipt) -> None:
    """Record that an asset is back as it was before; the suggestions are withdrawn."""
    connection.execute(
        update(receipts).where(receipts.c.id.in_(one.receipt_ids)).values(undone_run=run_id)
    )
    now = time.time()
    for tag in (tag for earlier in one.receipts for tag in earlier.written):
        _gone(connection, one.asset_id, tag.concept, now)
        connection.execute(
            update(suggestions)
            .where(
                (suggestions.c.asset_id == one.asset_id)
                & (suggestions.c.concept == tag.concept)
                & (suggestions.c.outcome == Outcome.APPLIED.value)
            )
            .values(outcome=Outcome.WITHDRAWN.value)
        )
    if receipt.modified:
        connection.execute(
            update(assets)
            .where(assets.c.id == one.asset_id)
            .values(size=receipt.size, modified=receipt.modified)
        )


def waiting_for_review(connection: Connection) -> int:
    """Return the number of suggestions that wait for a person."""
    where = (suggestions.c.decision == Decision.REVIEW.value) & suggestions.c.outcome.is_(None)
    return len(connection.execute(select(suggestions.c.concept).where(where)).all())


def _gone(connection: Connection, asset_id: int, concept: str, now: float) -> None:
    where = (ledger.c.asset_id == asset_id) & (ledger.c.concept == concept)
    connection.execute(update(ledger).where(where & ledger.c.gone_at.is_(None)).values(gone_at=now))


def _tags(connection: Connection, receipt_id: int, run_id: str) -> tuple[Tag, ...]:
    rows = connection.execute(select(ledger).where(ledger.c.receipt_id == receipt_id))
    return tuple(
        Tag(row.concept, tuple(row.path), row.confidence, row.tagger, run_id) for row in rows
    )


def _plain(why: Why) -> dict[str, object]:
    return {
        "label": why.observation.label,
        "kind": why.observation.kind.value,
        "confidence": why.observation.confidence,
        "how": why.observation.how,
        "tagger": why.tagger,
        "match": why.match,
        "matched": why.matched,
        "note": why.note,
    }
