"""Suggestions that wait for a person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, func, or_, select, true

from tagwright.model import AssetRef, Choice, Decision, Outcome
from tagwright.state.places import PLACE, is_under, to_ref
from tagwright.state.schema import (
    assets,
    decisions,
    folders,
    rejections,
    suggestions,
    visits,
)

_TAGGER = suggestions.c.why[(0, "tagger")].as_string()
_TAKEN = visits.c.facts["taken_at"].as_string()
_AT_ONCE = 10_000  # assets in one statement


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
    """One suggestion that waits."""

    asset_id: int
    concept: str
    confidence: float
    folder_id: int
    name: str
    skipped: bool  # a person put it off, and nothing has changed since
    tagger: str = ""  # that is surest of it


def waiting(
    connection: Connection,
    chosen: Filter = Filter(),
    concepts: Collection[str] | None = None,
) -> Iterator[Waiting]:
    """Yield what waits, in any order.

    Args:
        connection: To the state.
        chosen: Which; its ``facet`` is not looked at.
        concepts: Only these; None: whatever they are.
    """
    query = (
        select(suggestions.c.asset_id, suggestions.c.concept, suggestions.c.confidence)
        .add_columns(assets.c.folder_id, assets.c.name, _TAGGER)
        .select_from(_joined(chosen))
        .where(_is_waiting() & _is_chosen(chosen))
    )
    if concepts is not None:
        query = query.where(suggestions.c.concept.in_(concepts))
    skipped = _skipped(connection)
    result = connection.execute(query)
    assert result.cursor is not None
    # Plain tuples straight from the driver: a long queue passes here for every page.
    for asset_id, concept, confidence, folder_id, name, tagger in result.cursor.fetchall():
        was_skipped = (asset_id, concept, confidence) in skipped
        yield Waiting(asset_id, concept, confidence, folder_id, name, was_skipped, tagger or "")
    result.close()


def taken(connection: Connection, asset_ids: Collection[int]) -> dict[int, str]:
    """Return when photos were taken, as far as that is known: ISO 8601, on the camera's clock."""
    found: dict[int, str] = {}
    ids = list(asset_ids)
    for start in range(0, len(ids), _AT_ONCE):
        some = visits.c.asset_id.in_(ids[start : start + _AT_ONCE])
        query = select(visits.c.asset_id, _TAKEN).where(some & _TAKEN.is_not(None))
        found.update((asset_id, at) for asset_id, at in connection.execute(query))
    return found


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


def sureness(connection: Connection, decision: Decision) -> list[tuple[str, str, float]]:
    """Return tagger, concept and confidence of suggestions: of those that wait, or were applied."""
    mine = suggestions.c.outcome == Outcome.APPLIED.value
    if decision is Decision.REVIEW:
        mine = _is_waiting()
    query = (
        select(_TAGGER, suggestions.c.concept, suggestions.c.confidence)
        .select_from(suggestions.join(assets, assets.c.id == suggestions.c.asset_id))
        .where(mine & (suggestions.c.decision == decision.value))
    )
    return [(tagger or "", one, sure) for tagger, one, sure in connection.execute(query)]


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
        select(assets.c.id, *PLACE)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(assets.c.id.in_(asset_ids))
    )
    return {row.id: to_ref(row) for row in connection.execute(query)}


def is_photo(under: Collection[str], first: date | None, last: date | None) -> ColumnElement[bool]:
    """Return the condition that an asset lies below a place and was taken within some days."""
    where = [or_(*(is_under(one) for one in under))] if under else []
    if first is not None:
        where.append(first.isoformat() <= _TAKEN)
    if last is not None:
        where.append((last + timedelta(days=1)).isoformat() > _TAKEN)
    return and_(true(), *where)


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


def _skipped(connection: Connection) -> set[tuple[int, str, float]]:
    """Return what a person put off: asset, concept, and how sure the suggestion was then."""
    query = select(decisions.c.asset_id, decisions.c.concept, decisions.c.confidence)
    put_off = (decisions.c.choice == Choice.SKIP.value) & decisions.c.undone_at.is_(None)
    return {(row[0], row[1], row[2]) for row in connection.execute(query.where(put_off))}


def _joined(chosen: Filter) -> FromClause:
    """Join no more than the filter asks for."""
    joined: FromClause = suggestions.join(assets, assets.c.id == suggestions.c.asset_id)
    if chosen.under:
        joined = joined.join(folders, folders.c.id == assets.c.folder_id)
    if chosen.taken_from or chosen.taken_to:
        joined = joined.join(visits, visits.c.asset_id == assets.c.id)
    return joined
