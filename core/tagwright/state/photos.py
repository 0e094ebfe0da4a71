"""One photo, with all that is suggested and known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from tagwright.model import AssetRef
from tagwright.state.places import PLACE, to_ref
from tagwright.state.schema import (
    answers,
    assets,
    folders,
    ledger,
    observations,
    suggestions,
    visit_answers,
    visits,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a photo is, and what its picture is known by."""

    ref: AssetRef
    content_key: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """One concept on one photo, and what became of it."""

    concept: str
    confidence: float
    decision: str
    outcome: str  # empty: nothing yet
    why: Sequence[dict[str, Any]]  # best first: label, tagger, how, match, matched, note, …


@dataclass(frozen=True, slots=True)
class Said:
    """What one tagger said."""

    tagger: str
    model: str
    caption: str
    labels: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """What is on record."""

    place: Place
    taken_at: str  # ISO 8601, on the camera's clock; empty: not known
    tags: tuple[tuple[str, ...], ...]  # paths, as they stood when it was last visited
    ours: tuple[tuple[str, ...], ...]  # paths of tags that we wrote and that stand
    suggestions: tuple[Suggested, ...]  # surest first
    said: tuple[Said, ...]


def find(connection: Connection, reference: str) -> AssetRef | None:
    """Return the asset that a library knows by a reference, whichever library that is."""
    folder, slash, name = reference.rpartition("/")
    query = (
        select(*PLACE)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where((folders.c.path == folder + slash) & (assets.c.name == name))
        .order_by(assets.c.id)
    )
    row = connection.execute(query).first()
    return None if row is None else to_ref(row)


def place(connection: Connection, asset_id: int) -> Place | None:
    """Return where a photo is; None if there is none that was ever visited."""
    query = (
        select(*PLACE, assets.c.content_key)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where((assets.c.id == asset_id) & assets.c.content_key.is_not(None))
    )
    row = connection.execute(query).first()
    return row and Place(to_ref(row), row.content_key)


def photo(connection: Connection, asset_id: int) -> Photo | None:
    """Return what is on record of a photo; None if there is none that was ever visited."""
    at = place(connection, asset_id)
    if at is None:
        return None
    facts = connection.scalar(select(visits.c.facts).where(visits.c.asset_id == asset_id)) or {}
    standing = select(ledger.c.path).where(
        (ledger.c.asset_id == asset_id) & ledger.c.gone_at.is_(None)
    )
    return Photo(
        at,
        str(facts.get("taken_at") or ""),
        tuple(tuple(path) for path in facts.get("tags", ())),
        tuple(dict.fromkeys(tuple(path) for path in connection.scalars(standing))),
        _suggested(connection, asset_id),
        _said(connection, asset_id),
    )


def _suggested(connection: Connection, asset_id: int) -> tuple[Suggested, ...]:
    query = select(suggestions).where(suggestions.c.asset_id == asset_id)
    rows = connection.execute(query.order_by(suggestions.c.confidence.desc()))
    return tuple(
        Suggested(row.concept, row.confidence, row.decision, row.outcome or "", row.why)
        for row in rows
    )


def _said(connection: Connection, asset_id: int) -> tuple[Said, ...]:
    query = (
        select(answers.c.id, answers.c.tagger, answers.c.model, answers.c.caption)
        .join(visit_answers, visit_answers.c.answer_id == answers.c.id)
        .where(visit_answers.c.asset_id == asset_id)
        .order_by(answers.c.id)
    )
    return tuple(
        Said(row.tagger, row.model, row.caption or "", _labels(connection, row.id))
        for row in connection.execute(query)
    )


def _labels(connection: Connection, answer_id: int) -> tuple[tuple[str, float], ...]:
    query = select(observations.c.label, observations.c.confidence)
    rows = connection.execute(
        query.where(observations.c.answer_id == answer_id).order_by(observations.c.position)
    )
    return tuple((row.label, row.confidence) for row in rows)
