"""Suggestions that wait for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true

from tagwright.model import AssetRef, Choice, Decision
from tagwright.state.schema import (
    assets,
    decisions,
    folders,
    rejections,
    suggestions,
    visits,
)

_TAGGER = suggestions.c.why[0]["tagger"].as_string()
_TAKEN = visits.c.facts["taken_at"].as_string()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which suggestions; the default is all."""

    concept: str | None = None  # identifier
    facet: str | None = None  # identifier of a concept: that one and all below it
    least: float = 0.0  # confidence
    most: float = 1.0
    tagger: str | None = None
    run: str | None = None  # identifier
    under: tuple[str, ...] = ()  # references of folders and assets; empty: everywhere
    taken_from: date | None = None  # photos without a date are then left out
    taken_to: date | None = None  # that day included


class Waiting(NamedTuple):
    """One suggestion that waits, with what grouping needs to know of the photo."""

    asset_id: int
    concept: str
    confidence: float
    tagger: str
    folder: str
    name: str
    taken_at: str  # ISO 8601, on the camera's clock; empty: not known
    skipped: bool


def waiting(
    connection: Connection, chosen: Filter = Filter(), concepts: Collection[str] | None = None
) -> Iterator[Waiting]:
    """Yield what waits, by concept, folder, time and name.

    Args:
        connection: To the state.
        chosen: Which; its ``facet`` is not looked at.
        concepts: Only these; None: whatever they are.
    """
    query = (
        select(suggestions.c.asset_id, suggestions.c.concept, suggestions.c.confidence)
        .add_columns(_TAGGER, folders.c.path, assets.c.name, func.coalesce(_TAKEN, ""), _skipped())
        .select_from(
            suggestions.join(assets, assets.c.id == suggestions.c.asset_id)
            .join(folders, folders.c.id == assets.c.folder_id)
            .outerjoin(visits, visits.c.asset_id == assets.c.id)
        )
        .where(_is_waiting() & _is_chosen(chosen))
    )
    if concepts is not None:
        query = query.where(suggestions.c.concept.in_(concepts))
    result = connection.execute(query)
    assert result.cursor is not None
    rows = sorted(map(_row, result.cursor.fetchall()), key=_order)
    result.close()
    yield from rows


def counts(connection: Connection) -> dict[str, int]:
    """Return how many suggestions wait, by concept, most first."""
    number = func.count()
    query = (
        select(suggestions.c.concept, number)
        .select_from(suggestions.join(assets, assets.c.id == suggestions.c.asset_id))
        .where(_is_waiting())
        .group_by(suggestions.c.concept)
        .order_by(number.desc(), suggestions.c.concept)
    )
    return {concept: int(n) for concept, n in connection.execute(query)}


def taggers(connection: Connection) -> dict[str, int]:
    """Return how many suggestions wait, by tagger, most first."""
    number = func.count()
    query = (
        select(_TAGGER, number)
        .select_from(suggestions.join(assets, assets.c.id == suggestions.c.asset_id))
        .where(_is_waiting())
        .group_by(_TAGGER)
        .order_by(number.desc(), _TAGGER)
    )
    return {tagger or "": int(n) for tagger, n in connection.execute(query)}


def whys(
    connection: Connection, concept: str, asset_ids: Sequence[int]
) -> dict[int, list[dict[str, Any]]]:
    """Return what suggestions of a concept rest on, by asset."""
    query = select(suggestions.c.asset_id, suggestions.c.why).where(
        (suggestions.c.concept == concept) & suggestions.c.asset_id.in_(asset_ids)
    )
    return {row.asset_id: row.why for row in connection.execute(query)}


def places(connection: Connection, asset_ids: Sequence[int]) -> dict[int, AssetRef]:
    """Return where assets are."""
    query = (
        select(assets.c.id, folders.c.library, folders.c.path, assets.c.name)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(assets.c.id.in_(asset_ids))
    )
    return {row.id: AssetRef(row.library, row.path + row.name) for row in connection.execute(query)}


def is_photo(under: Collection[str], first: date | None, last: date | None) -> ColumnElement[bool]:
    """Return the condition that an asset lies below a place and was taken within some days."""
    where = [or_(*(_is_under(one) for one in under))] if under else []
    if first is not None:
        where.append(first.isoformat() <= _TAKEN)
    if last is not None:
        where.append((last + timedelta(days=1)).isoformat() > _TAKEN)
    return and_(true(), *where)


def _is_under(reference: str) -> ColumnElement[bool]:
    folder = reference.rstrip("/") + "/"
    within = folders.c.path.startswith(folder, autoescape=True)
    return within | (folders.c.path + assets.c.name == reference)


def _is_waiting() -> ColumnElement[bool]:
    """Whether nobody has decided, be it on the same content under another name."""
    rejected = exists().where(
        (rejections.c.content_key == assets.c.content_key)
        & (rejections.c.concept == suggestions.c.concept)
    )
    return (
        (suggestions.c.decision == Decision.REVIEW.value)
        & suggestions.c.outcome.is_(None)
        & (assets.c.status != "gone")
        & ~rejected
    )


def _is_chosen(chosen: Filter) -> ColumnElement[bool]:
    where = [is_photo(chosen.under, chosen.taken_from, chosen.taken_to)]
    if chosen.concept is not None:
        where.append(suggestions.c.concept == chosen.concept)
    if (chosen.least, chosen.most) != (0.0, 1.0):
        where.append(suggestions.c.confidence.between(chosen.least, chosen.most))
    if chosen.tagger is not None:
        where.append(chosen.tagger == _TAGGER)
    if chosen.run is not None:
        where.append(suggestions.c.run_id == chosen.run)
    return and_(*where)


def _skipped() -> ColumnElement[bool]:
    """Whether a person put it off, and nothing has changed since."""
    return exists().where(
        (decisions.c.asset_id == suggestions.c.asset_id)
        & (decisions.c.concept == suggestions.c.concept)
        & (decisions.c.choice == Choice.SKIP.value)
        & (decisions.c.confidence == suggestions.c.confidence)
        & decisions.c.undone_at.is_(None)
    )


def _row(row: Sequence[Any]) -> Waiting:
    asset_id, concept, confidence, tagger, folder, name, taken_at, skipped = row
    return Waiting(
        asset_id, concept, confidence, tagger or "", folder, name, taken_at, bool(skipped)
    )


def _order(one: Waiting) -> tuple[str, str, str, str]:
    return one.concept, one.folder, one.taken_at, one.name
