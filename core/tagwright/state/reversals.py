"""Reversals: what an undo changes in the ledger, row by row, so that it can be undone in its turn.

They are recorded with the intention and carried out once the library was seen to be so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from tagwright.model import Extra, ExtraField, Outcome
from tagwright.state import retractions
from tagwright.state.retractions import DecisionTurn
from tagwright.state.schema import extras, ledger, receipts, reversals, suggestions

Path = tuple[str, ...]
Standing = tuple[float | None, int | None]
"""When a tag went and by which write of ours: both empty as long as it stands there."""

STANDS: Standing = (None, None)


@dataclass(frozen=True, slots=True)
class TagTurn:
    """A row of the ledger as it was and as it becomes."""

    receipt: int
    concept: str
    path: Path
    was: Standing
    becomes: Standing


@dataclass(frozen=True, slots=True)
class ExtraTurn:
    """A caption, rating or album of ours as it was and as it becomes."""

    receipt: int
    field: str
    value: str
    was: Standing
    becomes: Standing

    @property
    def extra(self) -> Extra:
        """What it is."""
        return Extra(ExtraField(self.field), self.value)


@dataclass(frozen=True, slots=True)
class ReceiptTurn:
    """By which run a write was undone, and by which it is then."""

    receipt: int
    was: str | None
    becomes: str | None


@dataclass(frozen=True, slots=True)
class Turns:
    """All that one undo changes for one asset."""

    tags: tuple[TagTurn, ...] = ()
    extras: tuple[ExtraTurn, ...] = ()
    receipts: tuple[ReceiptTurn, ...] = ()
    decisions: tuple[DecisionTurn, ...] = ()

    def happened(self, tags_now: Collection[Path], extras_now: Collection[Extra]) -> bool:
        """Whether anything of it is to be seen in the library."""
        return any(_is_so(turn, turn.path in tags_now) for turn in self.tags) or any(
            _is_so(turn, turn.extra in extras_now) for turn in self.extras
        )


def keep(connection: Connection, receipt_id: int, turns: Turns) -> None:
    """Remember what the write of an undo is to change."""
    connection.execute(insert(reversals).values(receipt_id=receipt_id, turns=asdict(turns)))


def find(connection: Connection, receipt_id: int) -> Turns | None:
    """Return what a write changes; None: it is no undo's."""
    query = select(reversals.c.turns).where(reversals.c.receipt_id == receipt_id)
    plain = connection.scalar(query)
    return None if plain is None else _turns(plain)


def carry_out(connection: Connection, asset_id: int, turns: Turns) -> None:
    """Change the ledger as it was recorded, and what is known of answers and suggestions."""
    retractions.carry_out(connection, asset_id, turns.decisions)
    for tag in turns.tags:
        row = (ledger.c.receipt_id == tag.receipt) & (ledger.c.concept == tag.concept)
        connection.execute(update(ledger).where(row).values(_columns(tag.becomes)))
        before, after = Outcome.APPLIED, Outcome.WITHDRAWN
        if tag.becomes == STANDS:
            before, after = after, before
        mine = (suggestions.c.asset_id == asset_id) & (suggestions.c.concept == tag.concept)
        connection.execute(
            update(suggestions)
            .where(mine & (suggestions.c.outcome == before))
            .values(outcome=after)
        )
    for extra in turns.extras:
        connection.execute(update(extras).where(_is(extra)).values(_columns(extra.becomes)))
    for one in turns.receipts:
        connection.execute(
            update(receipts).where(receipts.c.id == one.receipt).values(undone_run=one.becomes)
        )


def forget(connection: Connection, receipt_id: int) -> None:
    """Drop what came to nothing."""
    connection.execute(delete(reversals).where(reversals.c.receipt_id == receipt_id))


def tag_now(connection: Connection, turn: TagTurn) -> Standing:
    """Return how a row of the ledger stands now."""
    row = (ledger.c.receipt_id == turn.receipt) & (ledger.c.concept == turn.concept)
    found = connection.execute(select(ledger.c.gone_at, ledger.c.withdrawn_by).where(row)).first()
    return STANDS if found is None else (found.gone_at, found.withdrawn_by)


def extra_now(connection: Connection, turn: ExtraTurn) -> Standing:
    """Return how a caption, rating or album of ours stands now."""
    query = select(extras.c.gone_at, extras.c.withdrawn_by).where(_is(turn))
    found = connection.execute(query).first()
    return STANDS if found is None else (found.gone_at, found.withdrawn_by)


def _is(turn: ExtraTurn) -> ColumnElement[bool]:
    return (
        (extras.c.receipt_id == turn.receipt)
        & (extras.c.field == turn.field)
        & (extras.c.value == turn.value)
    )


def _is_so(turn: TagTurn | ExtraTurn, there: bool) -> bool:
    return there is (turn.becomes == STANDS)


def _columns(standing: Standing) -> dict[str, object]:
    gone_at, withdrawn_by = standing
    return {"gone_at": gone_at, "withdrawn_by": withdrawn_by}


def _turns(plain: dict[str, list[dict[str, Any]]]) -> Turns:
    def pair(row: dict[str, Any]) -> dict[str, Any]:
        return row | {name: tuple(row[name]) for name in ("was", "becomes")}

    return Turns(
        tags=tuple(TagTurn(**pair(row) | {"path": tuple(row["path"])}) for row in plain["tags"]),
        extras=tuple(ExtraTurn(**pair(row)) for row in plain["extras"]),
        receipts=tuple(ReceiptTurn(**row) for row in plain["receipts"]),
        decisions=tuple(DecisionTurn(**row) for row in plain.get("decisions", ())),
    )
