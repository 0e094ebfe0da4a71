"""Sums over everything that is known, for those who watch Tagwright from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, func, select

from tagwright.state import attention, costs
from tagwright.state.schema import assets, calls, ledger, receipts

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Upper bounds of the classes of a call's duration, in seconds; one more has none."""

_MADE = calls.c.requests > 0  # others were answered on this machine, or came to nobody
_TOOK = calls.c.ended_at - calls.c.started_at
_WRITTEN = (
    select(func.count())
    .select_from(ledger.join(receipts, receipts.c.id == ledger.c.receipt_id))
    .where(receipts.c.written_at.is_not(None))
)
_TROUBLED = (
    select(assets.c.error_class, func.count())
    .where(assets.c.error_class.is_not(None) & (assets.c.status != "gone"))
    .group_by(assets.c.error_class)
)
_OUTCOMES = (
    select(calls.c.tagger, calls.c.outcome, func.count())
    .where(calls.c.ended_at.is_not(None))
    .group_by(calls.c.tagger, calls.c.outcome)
)


@dataclass(frozen=True, slots=True)
class Latency:
    """How long the calls of one tagger took."""

    upto: tuple[int, ...]  # calls that took at most each of ``BOUNDS``, and all of them
    seconds: float  # together


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums since the database was made."""

    photos: Mapping[str, int]  # by status
    troubled: Mapping[str, int]  # photos whose last try failed, by class of error
    calls: Mapping[tuple[str, str], int]  # that ended, by tagger and outcome
    latency: Mapping[str, Latency]  # by tagger
    spent: Mapping[str, Decimal]  # US dollars by tagger, as far as known
    tags: int  # that were ever written


def figures(connection: Connection) -> Figures:
    """Add everything up; with a million photos and calls that takes about two seconds."""
    return Figures(
        photos=attention.counts(connection),
        troubled={str(name): int(count) for name, count in connection.execute(_TROUBLED)},
        calls={(row[0], row[1] or ""): int(row[2]) for row in connection.execute(_OUTCOMES)},
        latency=_latency(connection),
        spent={one.key: one.cost for one in costs.grouped(connection, "tagger")},
        tags=int(connection.scalar(_WRITTEN) or 0),
    )


def _latency(connection: Connection) -> dict[str, Latency]:
    classes: Sequence[ColumnElement[int]] = [
        func.count().filter(bound >= _TOOK).label(f"c{place}") for place, bound in enumerate(BOUNDS)
    ]
    query = (
        select(calls.c.tagger, func.sum(_TOOK), func.count(), *classes)
        .where(_MADE & calls.c.ended_at.is_not(None))
        .group_by(calls.c.tagger)
    )
    return {
        str(tagger): Latency((*map(int, upto), int(count)), float(seconds))
        for tagger, seconds, count, *upto in connection.execute(query)
    }
