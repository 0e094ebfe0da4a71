"""Concepts that people do not want in a library at all.

Whoever deletes a tag itself in a host means more than one photo: the concept is suggested on none
there any more, until they say otherwise. It is no rejection: nothing is learned of any photo.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from tagwright.state.schema import assets, bars, folders, ledger, receipts

Path = tuple[str, ...]


class Bar(NamedTuple):
    """A concept that is not wanted in a library."""

    library: str
    concept: str
    path: Path  # of the tag that was deleted
    barred_at: float  # s since the epoch


class Standing(NamedTuple):
    """A photo on which a tag of ours stands by the ledger."""

    reference: str
    modified: int  # ns, when it was last seen


def raise_(connection: Connection, library: str, concept: str, path: Path) -> None:
    """Keep a concept out of a library; its tags there are gone, and not by rejection."""
    now = time.time()
    lift(connection, library, concept)
    values = {"library": library, "concept": concept, "path": list(path), "barred_at": now}
    connection.execute(insert(bars).values(values))
    here = select(assets.c.id).join(folders, folders.c.id == assets.c.folder_id)
    mine = ledger.c.asset_id.in_(here.where(folders.c.library == library))
    gone = mine & (ledger.c.concept == concept) & ledger.c.gone_at.is_(None)
    connection.execute(update(ledger).where(gone).values(gone_at=now))


def lift(connection: Connection, library: str, concept: str) -> bool:
    """Let a concept into a library again; say whether it was kept out."""
    mine = (bars.c.library == library) & (bars.c.concept == concept)
    return connection.execute(delete(bars).where(mine)).rowcount > 0


def of_assets(connection: Connection, asset_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
    """Return the concepts that are kept out of the libraries of some assets, where any are."""
    query = (
        select(assets.c.id, bars.c.concept)
        .join(folders, folders.c.id == assets.c.folder_id)
        .join(bars, bars.c.library == folders.c.library)
        .where(assets.c.id.in_(asset_ids))
    )
    found: dict[int, frozenset[str]] = {}
    for asset_id, concept in connection.execute(query):
        found[asset_id] = found.get(asset_id, frozenset()) | {concept}
    return found


def all_bars(connection: Connection) -> list[Bar]:
    """Return what is kept out of which library, the newest first."""
    rows = connection.execute(select(bars).order_by(bars.c.barred_at.desc()))
    return [Bar(row.library, row.concept, tuple(row.path), row.barred_at) for row in rows]


def absent(
    connection: Connection, library: str, there: Collection[Path]
) -> Iterator[tuple[str, Path]]:
    """Yield concept and path of tags that stand by the ledger, and are not among those there."""
    query = (
        select(ledger.c.concept, ledger.c.path)
        .join(receipts, receipts.c.id == ledger.c.receipt_id)
        .join(assets, assets.c.id == ledger.c.asset_id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where((folders.c.library == library) & ledger.c.gone_at.is_(None))
        .where(receipts.c.written_at.is_not(None) & (assets.c.status != "gone"))
    )
    stands = {(concept, tuple(path)) for concept, path in connection.execute(query)}
    yield from sorted((concept, path) for concept, path in stands if path not in there)


def standing(connection: Connection, library: str, concept: str, most: int) -> list[Standing]:
    """Return some photos on which a concept's tag stands by the ledger, the newest first."""
    query = (
        select(folders.c.path, assets.c.name, assets.c.modified)
        .join(assets, assets.c.folder_id == folders.c.id)
        .join(ledger, ledger.c.asset_id == assets.c.id)
        .join(receipts, receipts.c.id == ledger.c.receipt_id)
        .where((folders.c.library == library) & (ledger.c.concept == concept))
        .where(ledger.c.gone_at.is_(None) & receipts.c.written_at.is_not(None))
        .where(assets.c.status == "done")
        .order_by(assets.c.id.desc())
        .limit(most)
    )
    return [Standing(row.path + row.name, row.modified) for row in connection.execute(query)]
