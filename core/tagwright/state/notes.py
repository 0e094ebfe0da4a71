"""Which assets of a library are to be noted anew, and what is to stand in their notes."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Self

from sqlalchemy import Connection, select

from tagwright.model import AssetRef, Tag
from tagwright.ports import Noted
from tagwright.state import extras
from tagwright.state import ledger as book
from tagwright.state.schema import assets, folders, ledger, receipts
from tagwright.state.schema import rejections as rejected_ones

_UNDER_WAY = 600.0  # s that a write may take, of whatever process
_IN_HAND = ("waiting", "working")  # the next visit settles what a crash left open
_REFERENCE = folders.c.path + assets.c.name


@dataclass(frozen=True, slots=True)
class Position:
    """Up to where everything is noted."""

    receipt: int = 0
    rejected_at: float = 0.0  # s since the epoch

    def __str__(self) -> str:
        return f"{self.receipt} {self.rejected_at!r}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the position that was written down."""
        receipt, rejected_at = text.split(" ")
        return cls(int(receipt), float(rejected_at))


@dataclass(frozen=True, slots=True)
class Due:
    """Assets that are to be noted anew, and the position once they are."""

    assets: Mapping[int, AssetRef]
    position: Position


def due(connection: Connection, library: str, position: Position, most: int) -> Due:
    """Return what was written or rejected since; a write that is open is waited for."""
    found: dict[int, AssetRef] = {}
    at = position
    here = folders.c.library == library
    writes = (
        select(receipts, assets.c.status, _REFERENCE.label("reference"))
        .join(assets, assets.c.id == receipts.c.asset_id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(here & (receipts.c.id > position.receipt))
        .order_by(receipts.c.id)
        .limit(most)
    )
    lately = time.time() - _UNDER_WAY
    for row in connection.execute(writes):
        if row.written_at is None and (row.status in _IN_HAND or row.intended_at > lately):
            break
        found[row.asset_id] = AssetRef(library, row.reference)
        at = replace(at, receipt=row.id)
    said = (
        select(rejected_ones.c.rejected_at, assets.c.id, _REFERENCE)
        .join(assets, assets.c.id == rejected_ones.c.asset_id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(here & (rejected_ones.c.rejected_at > position.rejected_at))
        .order_by(rejected_ones.c.rejected_at)
        .limit(most)
    )
    for rejected_at, asset_id, reference in connection.execute(said):
        found[asset_id] = AssetRef(library, reference)
        at = replace(at, rejected_at=rejected_at)
    return Due(found, at)


def of(connection: Connection, asset_ids: Collection[int]) -> dict[int, Noted]:
    """Return what is to be noted of some assets."""
    query = select(assets.c.id, assets.c.content_key).where(assets.c.id.in_(asset_ids))
    keys = {row.id: row.content_key or "" for row in connection.execute(query)}
    rejected = book.all_rejected(connection, keys)
    standing = extras.all_standing(connection, list(keys))
    tags = _tags(connection, asset_ids)
    return {
        one: Noted(
            tuple(tags.get(one, ())), tuple(sorted(standing[one])), tuple(sorted(rejected[one]))
        )
        for one in keys
    }


def _tags(connection: Connection, asset_ids: Collection[int]) -> dict[int, list[Tag]]:
    query = (
        select(ledger, receipts.c.run_id, receipts.c.written_at)
        .join(receipts, receipts.c.id == ledger.c.receipt_id)
        .where(ledger.c.asset_id.in_(asset_ids) & ledger.c.gone_at.is_(None))
        .where(receipts.c.written_at.is_not(None))
        .order_by(ledger.c.concept)
    )
    found: dict[int, list[Tag]] = {}
    for row in connection.execute(query):
        at = datetime.fromtimestamp(row.written_at, UTC).isoformat(timespec="seconds")
        tag = Tag(row.concept, tuple(row.path), row.confidence, row.tagger, row.run_id, at)
        found.setdefault(row.asset_id, []).append(tag)
    return found
