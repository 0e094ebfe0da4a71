"""The ledger's rows made anew from what an asset says; never over what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tagwright.model import AssetRef, Tag
from tagwright.ports import Receipt, Recovered
from tagwright.state import ledger as book
from tagwright.state import queue
from tagwright.state.rejections import DELETED
from tagwright.state.schema import extras, ledger, receipts, runs

Path = tuple[str, ...]

SAVED = "saved in the photo"


@dataclass(frozen=True, slots=True)
class Found:
    """An asset with notes of ours."""

    ref: AssetRef
    size: int
    modified: int
    content_key: str
    run_id: str  # of the rebuild; for what no note names a run for
    noted: Recovered


@dataclass(slots=True)
class Merged:
    """What came into the ledger."""

    tags: int = 0
    rejections: int = 0
    runs: set[str] = field(default_factory=set)  # identifiers
    known: int = 0  # tags and rejections that were there


def merge(connection: Connection, found: Found, *, dry_run: bool) -> Merged:
    """Record what was lost; for a dry run, only say what that would be."""
    with connection.begin_nested() as savepoint:
        merged = _merge(connection, found)
        if dry_run:
            savepoint.rollback()
    return merged


def _merge(connection: Connection, found: Found) -> Merged:
    merged = Merged()
    asset_id = queue.enter(connection, found.ref, found.size, found.modified)
    queue.set_content_key(connection, asset_id, found.content_key)
    known = _known(connection, asset_id)
    rejected = book.rejected(connection, asset_id, found.content_key)
    for run, receipt in found.noted.receipts.items():
        new = [t for t in receipt.written if t.path not in known and t.concept not in rejected]
        merged.known += len(receipt.written) - len(new)
        given = tuple(one for one in receipt.given if one.field.value not in known)
        if not new and not given:
            continue
        name = run or found.run_id
        if _begin(connection, name, new):
            merged.runs.add(name)
        unique = {tag.concept: tag for tag in new}
        _write(
            connection,
            asset_id,
            name,
            replace(receipt, written=tuple(unique.values()), given=given),
        )
        merged.tags += len(unique)
    gone = [tag.concept for tag in found.noted.deleted if tag.path not in known]
    for source, concepts in ((DELETED, gone), (SAVED, found.noted.rejected)):
        new_ones = [one for one in dict.fromkeys(concepts) if one not in rejected]
        merged.known += len(set(concepts)) - len(new_ones)
        merged.rejections += len(new_ones)
        book.reject(connection, asset_id, found.content_key, new_ones, source)
        rejected |= set(new_ones)
    return merged


def _known(connection: Connection, asset_id: int) -> set[object]:
    """Return the paths of tags and the fields that the ledger has ever had of an asset."""
    paths = connection.scalars(select(ledger.c.path).where(ledger.c.asset_id == asset_id))
    fields = connection.scalars(select(extras.c.field).where(extras.c.asset_id == asset_id))
    return {*(tuple(path) for path in paths), *fields}


def _begin(connection: Connection, run_id: str, tags: Sequence[Tag]) -> bool:
    """Make a run known again, or its times fit; return whether it was not known."""
    times = [_seconds(tag.at) for tag in tags]
    row = connection.execute(select(runs).where(runs.c.id == run_id)).mappings().first()
    if row is None:
        connection.execute(
            insert(runs).values(
                id=run_id,
                kind="rebuilt",
                status="done",
                owner="",
                started_at=min(times, default=0.0),
                ended_at=max(times, default=0.0),
                configuration={},
            )
        )
        return True
    if row["kind"] == "rebuilt" and times:
        began, ended = min(row["started_at"], *times), max(row["ended_at"], *times)
        mine = update(runs).where(runs.c.id == run_id)
        connection.execute(mine.values(started_at=began, ended_at=ended))
    return False


def _write(connection: Connection, asset_id: int, run_id: str, receipt: Receipt) -> None:
    number = book.intend(connection, run_id, asset_id, receipt)
    book.confirm(connection, number)
    times = [_seconds(tag.at) for tag in receipt.written if tag.at]
    if times:
        at = {"intended_at": min(times), "written_at": max(times)}
        connection.execute(update(receipts).where(receipts.c.id == number).values(at))


def _seconds(at: str) -> float:
    try:
        return datetime.fromisoformat(at).timestamp()
    except ValueError:
        return 0.0
