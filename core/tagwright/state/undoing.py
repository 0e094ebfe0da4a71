"""What is to be undone: which writes and tags a person means, and the ledger's side of it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, false, func, or_, select, true

from tagwright.model import AssetRef, Extra, Tag
from tagwright.ports import Receipt, Withdrawal
from tagwright.state import ledger as book
from tagwright.state import retractions, reversals, stale
from tagwright.state.places import PLACE, is_under, to_ref
from tagwright.state.retractions import DecisionTurn
from tagwright.state.reversals import STANDS, ExtraTurn, ReceiptTurn, Standing, TagTurn, Turns
from tagwright.state.schema import assets, extras, folders, ledger, receipts, runs

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which writes are to be undone; all that is given must hold."""

    run: str | None = None
    library: str | None = None  # only in this one
    since: float | None = None  # s since the epoch
    until: float | None = None  # likewise; itself excluded
    under: tuple[str, ...] = ()  # references of folders and assets; empty: everywhere
    concepts: frozenset[str] | None = None  # only these tags of them
    taggers: frozenset[str] | None = None  # only tags by these

    @property
    def by_tag(self) -> bool:
        """Whether it may be only some of the tags of a write."""
        return self.concepts is not None or self.taggers is not None


@dataclass(frozen=True, slots=True)
class Counted:
    """What a choice comes to, by the ledger."""

    photos: int
    tags: dict[Path, int]  # on how many photos each stands, most first
    examples: tuple[AssetRef, ...]  # some of the photos
    undoes: bool = False  # whether it is an undo that is undone


@dataclass(frozen=True, slots=True)
class Undoable:
    """What of one asset is to be undone."""

    asset_id: int
    ref: AssetRef
    content_key: str
    receipt_ids: tuple[int, ...] = ()
    receipts: tuple[Receipt, ...] = ()  # newest first
    tags: tuple[Tag, ...] = ()  # only these of them, unless they are undone whole
    whole: bool = True
    begun: tuple[Receipt, ...] = ()  # of undos that were cut short

    @property
    def meant(self) -> tuple[Tag, ...]:
        """The tags that are to go."""
        return tuple(t for r in self.receipts for t in r.written) if self.whole else self.tags

    @property
    def withdrawal(self) -> Withdrawal:
        """What a library needs to take only these tags."""
        return Withdrawal(self.tags, self.receipts)


def asset_ids(connection: Connection, chosen: Chosen) -> list[int]:
    """Return the assets that a choice is about."""
    query = _writes(chosen, receipts.c.asset_id).distinct().order_by(receipts.c.asset_id)
    return list(connection.scalars(query))


def count(connection: Connection, chosen: Chosen, examples: int) -> Counted:
    """Return how much there is to undo."""
    writes = _writes(chosen, receipts.c.id)
    where = receipts.c.id.in_(writes)
    query = select(func.count(receipts.c.asset_id.distinct())).where(where)
    photos = connection.scalar(query) or 0
    mine = ledger.c.receipt_id.in_(writes) & ledger.c.gone_at.is_(None) & _of_tags(chosen)
    number = func.count()
    tags = connection.execute(
        select(ledger.c.path, number).where(mine).group_by(ledger.c.path).order_by(number.desc())
    )
    some = (
        select(*PLACE)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(assets.c.id.in_(_writes(chosen, receipts.c.asset_id)))
        .order_by(assets.c.id)
        .limit(examples)
    )
    return Counted(
        int(photos),
        {tuple(path): int(n) for path, n in tags},
        tuple(map(to_ref, connection.execute(some))),
        chosen.run is not None and is_undo(connection, chosen.run),
    )


def is_undo(connection: Connection, run_id: str) -> bool:
    """Whether a run is one that took others back."""
    return connection.scalar(select(runs.c.kind).where(runs.c.id == run_id)) == "undo"


def load(connection: Connection, chosen: Chosen, asset_id: int) -> Undoable:
    """Return what of an asset a choice is about and nobody has undone yet."""
    mine = _writes(chosen, receipts.c.id).where(receipts.c.asset_id == asset_id)
    return _narrowed(connection, chosen, _load(connection, asset_id, receipts.c.id.in_(mine)))


def _load(connection: Connection, asset_id: int, mine: ColumnElement[bool]) -> Undoable:
    place = (
        select(*PLACE, assets.c.content_key)
        .join(assets, assets.c.folder_id == folders.c.id)
        .where(assets.c.id == asset_id)
    )
    row = connection.execute(place).one()
    ref = to_ref(row)
    written = select(receipts).where((receipts.c.asset_id == asset_id) & mine)
    rows = connection.execute(written.order_by(receipts.c.id.desc())).all()
    found = {row.id: _receipt(connection, row.id, book.to_receipt(connection, row)) for row in rows}
    return Undoable(asset_id, ref, row.content_key or "", tuple(found), tuple(found.values()))


def of_writes(connection: Connection, asset_id: int, receipt_ids: Collection[int]) -> Undoable:
    """Return some writes to an asset, as far as nobody has undone them yet."""
    where = receipts.c.id.in_(receipt_ids) & receipts.c.undone_run.is_(None)
    return _load(connection, asset_id, where)


def settle(
    connection: Connection, asset_id: int, tags: Collection[Path], others: Collection[Extra]
) -> tuple[Receipt, ...]:
    """Decide what an undo that was cut short has done to an asset.

    Returns:
        The receipts of those that were not carried out, or not in all its files.
    """
    mine = (receipts.c.asset_id == asset_id) & receipts.c.written_at.is_(None)
    cut: list[Receipt] = []
    for row in connection.execute(select(receipts).where(mine)).all():
        receipt = book.to_receipt(connection, row)
        if book.settle_undo(connection, asset_id, row.id, tags, others) is False:
            cut.append(receipt)
    return tuple(cut)


def intend(connection: Connection, run_id: str, one: Undoable, receipt: Receipt) -> int:
    """Record what an undo is about to change; return the number of its own receipt."""
    number = book.begin(connection, run_id, one.asset_id, receipt)
    tags: list[TagTurn] = []
    others: list[ExtraTurn] = []
    answers: list[DecisionTurn] = []
    for receipt_id in one.receipt_ids:
        earlier = reversals.find(connection, receipt_id)
        if earlier is None:
            mine = list(_tag_turns(connection, one, receipt_id, receipt, number))
            answers += _fallen(connection, one, mine)
            tags += mine
            others += _extra_turns(connection, one, receipt_id, receipt, number)
        else:
            mine = list(_tags_returned(connection, earlier, receipt))
            answers += retractions.restored(connection, earlier.decisions)
            answers += _fallen(connection, one, mine, since=_moment(connection, receipt_id))
            tags += mine
            others += _extras_returned(connection, earlier, receipt)
    undone = tuple(_receipt_turns(connection, run_id, one, tags))
    turns = Turns(tuple(tags), tuple(others), undone, tuple(answers))
    reversals.keep(connection, number, turns)
    return number


def confirm(connection: Connection, one: Undoable, number: int) -> None:
    """Record that the undo of an asset was carried out."""
    turns = reversals.find(connection, number)
    assert turns is not None
    book.confirm(connection, number)
    reversals.carry_out(connection, one.asset_id, turns)
    stale.mark(connection, one.asset_id)


def _writes(chosen: Chosen, column: Column[int]) -> Select[Any]:
    """Select what was written and not undone, by all that says which."""
    query = (
        select(column)
        .select_from(receipts)
        .join(runs, runs.c.id == receipts.c.run_id)
        .join(assets, assets.c.id == receipts.c.asset_id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(receipts.c.undone_run.is_(None))
    )
    # To undo what was done on a day means not to do again what was undone on it.
    query = query.where(runs.c.kind != "undo" if chosen.run is None else runs.c.id == chosen.run)
    if chosen.library is not None:
        query = query.where(folders.c.library == chosen.library)
    if chosen.since is not None:
        query = query.where(receipts.c.intended_at >= chosen.since)
    if chosen.until is not None:
        query = query.where(receipts.c.intended_at < chosen.until)
    if chosen.under:
        query = query.where(or_(false(), *(is_under(one) for one in chosen.under)))
    if chosen.by_tag:
        mine = (ledger.c.receipt_id == receipts.c.id) & ledger.c.gone_at.is_(None)
        query = query.where(select(ledger.c.concept).where(mine & _of_tags(chosen)).exists())
    return query


def _of_tags(chosen: Chosen) -> ColumnElement[bool]:
    where: ColumnElement[bool] = true()
    if chosen.concepts is not None:
        where &= ledger.c.concept.in_(chosen.concepts)
    if chosen.taggers is not None:
        where &= ledger.c.tagger.in_(chosen.taggers)
    return where


def _narrowed(connection: Connection, chosen: Chosen, one: Undoable) -> Undoable:
    """Keep only the tags that are meant; a write of which that is all is undone whole."""
    if not chosen.by_tag:
        return one
    query = select(ledger.c.receipt_id, ledger.c.concept).where(
        ledger.c.receipt_id.in_(one.receipt_ids) & ledger.c.gone_at.is_(None) & _of_tags(chosen)
    )
    meant = {(row.receipt_id, row.concept) for row in connection.execute(query)}
    pairs = list(zip(one.receipt_ids, one.receipts, strict=True))
    tags = tuple(tag for number, r in pairs for tag in r.written if (number, tag.concept) in meant)
    whole = not any(r.withdrawn or r.given or r.taken for r in one.receipts) and len(tags) == sum(
        len(r.written) for r in one.receipts
    )
    return replace(one, tags=tags, whole=whole)


def _receipt(connection: Connection, receipt_id: int, receipt: Receipt) -> Receipt:
    """Return a receipt; that of an undo with what it gave back and took, as it still stands."""
    turns = reversals.find(connection, receipt_id)
    if turns is None:
        return receipt
    tags = [t for t in turns.tags if reversals.tag_now(connection, t) == t.becomes]
    others = [t for t in turns.extras if reversals.extra_now(connection, t) == t.becomes]
    return replace(
        receipt,
        written=tuple(Tag(t.concept, t.path) for t in tags if t.becomes == STANDS),
        withdrawn=tuple(Tag(t.concept, t.path) for t in tags if t.becomes != STANDS),
        given=tuple(t.extra for t in others if t.becomes == STANDS),
        taken=tuple(t.extra for t in others if t.becomes != STANDS),
    )


def _tag_turns(
    connection: Connection, one: Undoable, receipt_id: int, receipt: Receipt, number: int
) -> Iterator[TagTurn]:
    gone: Standing = (time.time(), number)
    mine = (ledger.c.receipt_id == receipt_id) & ledger.c.gone_at.is_(None)
    if not one.whole:
        mine &= ledger.c.concept.in_([tag.concept for tag in one.tags])
    for row in connection.execute(select(ledger).where(mine)):
        was = (row.gone_at, row.withdrawn_by)
        yield TagTurn(row.receipt_id, row.concept, tuple(row.path), was, gone)
    if not one.whole:
        return
    back = {tag.path for tag in receipt.written}
    for row in connection.execute(select(ledger).where(ledger.c.withdrawn_by == receipt_id)):
        if tuple(row.path) in back:  # else a person's stands there now
            was = (row.gone_at, row.withdrawn_by)
            yield TagTurn(row.receipt_id, row.concept, tuple(row.path), was, STANDS)


def _fallen(
    connection: Connection, one: Undoable, turns: Collection[TagTurn], since: float = 0.0
) -> Iterator[DecisionTurn]:
    gone = {turn.concept for turn in turns if turn.becomes != STANDS}
    back = {turn.concept for turn in turns if turn.becomes == STANDS}
    return retractions.fallen(connection, one.asset_id, gone, back, since=since)


def _moment(connection: Connection, receipt_id: int) -> float:
    """Return when a write was begun, s since the epoch."""
    query = select(receipts.c.intended_at).where(receipts.c.id == receipt_id)
    return float(connection.scalar(query) or 0.0)


def _extra_turns(
    connection: Connection, one: Undoable, receipt_id: int, receipt: Receipt, number: int
) -> Iterator[ExtraTurn]:
    if not one.whole:
        return
    mine = (extras.c.receipt_id == receipt_id) & extras.c.gone_at.is_(None)
    for row in connection.execute(select(extras).where(mine)):
        was = (row.gone_at, row.withdrawn_by)
        yield ExtraTurn(row.receipt_id, row.field, row.value, was, (time.time(), number))
    back = {(given.field.value, given.value) for given in receipt.given}
    for row in connection.execute(select(extras).where(extras.c.withdrawn_by == receipt_id)):
        if (row.field, row.value) in back:
            was = (row.gone_at, row.withdrawn_by)
            yield ExtraTurn(row.receipt_id, row.field, row.value, was, STANDS)


def _tags_returned(connection: Connection, earlier: Turns, receipt: Receipt) -> Iterator[TagTurn]:
    """Turn back what an undo did, where nobody has gone on from it since."""
    back = {tag.path for tag in receipt.written}
    for turn in earlier.tags:
        now = reversals.tag_now(connection, turn)
        if now == turn.becomes and (turn.was != STANDS or turn.path in back):
            yield replace(turn, was=now, becomes=turn.was)


def _extras_returned(
    connection: Connection, earlier: Turns, receipt: Receipt
) -> Iterator[ExtraTurn]:
    for turn in earlier.extras:
        now = reversals.extra_now(connection, turn)
        if now == turn.becomes and (turn.was != STANDS or turn.extra in receipt.given):
            yield replace(turn, was=now, becomes=turn.was)


def _receipt_turns(
    connection: Connection, run_id: str, one: Undoable, tags: Collection[TagTurn]
) -> Iterator[ReceiptTurn]:
    gone = {(turn.receipt, turn.concept) for turn in tags}
    for receipt_id, receipt in zip(one.receipt_ids, one.receipts, strict=True):
        earlier = reversals.find(connection, receipt_id)
        for turn in earlier.receipts if earlier else ():
            yield ReceiptTurn(turn.receipt, turn.becomes, turn.was)
        left = [tag for tag in receipt.written if (receipt_id, tag.concept) not in gone]
        others = receipt.withdrawn or receipt.given or receipt.taken
        if one.whole or not (left or others):
            yield ReceiptTurn(receipt_id, None, run_id)
