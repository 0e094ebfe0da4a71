"""Decisions of people on suggestions: a log, from which all else that they mean is derived.

The newest decision on a photo and concept that nobody undid is the one in force. From it follow the
outcome of the suggestion, the rejection of the concept for that content, and whether the tag is to
stand in the library; so decisions can be undone in any order.
"""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from tagwright.model import Choice, Outcome
from tagwright.state import deriving, ledger
from tagwright.state.deriving import ABSENT, AGAINST, FOR, HOST, IN_FORCE, PERSON, derive
from tagwright.state.models import models
from tagwright.state.schema import (
    assets,
    decisions,
    suggestions,
)

_AT_ONCE = 5_000  # assets in one statement


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting of a person."""

    run_id: str
    source: str  # terminal, page, cli, host


@dataclass(frozen=True, slots=True)
class Order:
    """One answer to one concept on some photos."""

    choice: Choice
    concept: str
    asset_ids: Sequence[int]
    to_concept: str | None = None  # of a refinement


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer, as remembered."""

    id: str
    session: str
    source: str
    choice: Choice
    concept: str
    to_concept: str | None
    photos: int
    decided_at: float  # seconds since the epoch
    undone: bool


def record(connection: Connection, session: Session, order: Order) -> Batch:
    """Record an answer, with all that follows from it but the change of the library.

    Assets that were never visited are left out, as are those without a suggestion of the concept,
    unless the person adds the tag. A refinement also adds the new concept.
    """
    now = time.time()
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d-%H%M%S")
    batch = f"{stamp}-{secrets.token_hex(4)}"
    ids = list(dict.fromkeys(order.asset_ids))
    photos = 0
    for start in range(0, len(ids), _AT_ONCE):
        chunk = ids[start : start + _AT_ONCE]
        common = {"batch": batch, "session": session.run_id, "source": session.source}
        done = _decide(connection, order, chunk, {**common, "decided_at": now})
        if order.choice is Choice.REFINE and order.to_concept is not None and done:
            new = Order(Choice.ADD, order.to_concept, done)
            _decide(connection, new, done, {**common, "decided_at": now})
        photos += len(done)
    return Batch(
        batch,
        session.run_id,
        session.source,
        order.choice,
        order.concept,
        order.to_concept,
        photos,
        now,
        undone=False,
    )


def undo(connection: Connection, batch: str) -> Batch | None:
    """Take an answer back; None if there is no such answer that was not taken back already."""
    before = next(iter(batches(connection, 1, batch=batch)), None)
    if before is None or before.undone:
        return None
    mine = decisions.c.batch == batch
    concepts: dict[str, list[int]] = defaultdict(list)
    for row in connection.execute(select(decisions).where(mine)):
        concepts[row.concept].append(row.asset_id)
    connection.execute(
        update(decisions)
        .where(mine & decisions.c.undone_at.is_(None))
        .values(undone_at=time.time(), due=_is_due_again(), error=None)
    )
    for concept, ids in concepts.items():
        for start in range(0, len(ids), _AT_ONCE):
            derive(connection, concept, ids[start : start + _AT_ONCE])
    return before


def batches(
    connection: Connection,
    limit: int,
    *,
    session: str | None = None,
    batch: str | None = None,
    undone: bool | None = None,
) -> list[Batch]:
    """Return answers, the newest first; not what was done in the host."""
    columns = decisions.c
    first = (  # a refinement is two rows a photo, of which the first says what it is
        select(
            func.min(columns.id).label("id"),
            func.count(columns.asset_id.distinct()).label("n"),
            (func.count() - func.count(columns.undone_at)).label("held"),  # the rest fell by undo
        )
        .where(columns.source != HOST)
        .group_by(columns.batch)
        .order_by(func.min(columns.id).desc())
        .limit(limit)
    )
    if session is not None:
        first = first.where(columns.session == session)
    if batch is not None:
        first = first.where(columns.batch == batch)
    if undone is not None:
        first = first.where(
            columns.undone_at.is_not(None) if undone else columns.undone_at.is_(None)
        )
    found = first.subquery()
    query = select(decisions, found.c.n, found.c.held).join(found, found.c.id == columns.id)
    return [
        Batch(
            row.batch,
            row.session,
            row.source,
            Choice(row.choice),
            row.concept,
            row.to_concept,
            row.n,
            row.decided_at,
            undone=row.held == 0,
        )
        for row in connection.execute(query.order_by(columns.id.desc()))
    ]


def in_force(
    connection: Connection, asset_id: int, concepts: Collection[str]
) -> dict[str, Row[Any]]:
    """Return the decisions in force on an asset, by concept."""
    where = (decisions.c.asset_id == asset_id) & decisions.c.concept.in_(concepts) & IN_FORCE
    query = select(decisions).where(where).order_by(decisions.c.id)
    return {row.concept: row for row in connection.execute(query)}


def base(connection: Connection, asset_id: int, concept: str) -> str | None:
    """Return the outcome of a suggestion before anything was decided of it."""
    where = (decisions.c.asset_id == asset_id) & (decisions.c.concept == concept)
    query = select(decisions.c.base).where(where).order_by(decisions.c.id.desc()).limit(1)
    return connection.scalar(query)


def is_for(choice: str) -> bool:
    """Say whether a tag is to stand by a decision that is in force."""
    return choice in FOR


def rename(connection: Connection, asset_id: int, concept: str, renamed: str) -> None:
    """Note that what was decided of a concept on an asset goes for the one it became."""
    connection.execute(
        update(decisions)
        .where((decisions.c.asset_id == asset_id) & (decisions.c.concept == concept))
        .values(concept=renamed)
    )
    mine = suggestions.c.asset_id == asset_id
    accepted = suggestions.c.outcome == Outcome.ACCEPTED.value
    old = mine & (suggestions.c.concept == concept) & accepted
    if connection.scalar(select(suggestions.c.concept).where(old)) is not None:
        connection.execute(delete(suggestions).where(mine & (suggestions.c.concept == renamed)))
        connection.execute(update(suggestions).where(old).values(concept=renamed))


def _is_due_again() -> ColumnElement[bool]:
    """Whether the library has to follow the undoing of a decision.

    Not where it was never due and stands for itself alone: that has changed nothing there.
    """
    other = decisions.alias()
    others = exists().where(
        (other.c.asset_id == decisions.c.asset_id)
        & (other.c.concept == decisions.c.concept)
        & (other.c.id != decisions.c.id)
    )
    was_applied = func.coalesce(decisions.c.base, "") == Outcome.APPLIED.value
    touches = decisions.c.choice.in_(FOR) | was_applied | others | decisions.c.due
    return touches & (decisions.c.choice != Choice.SKIP.value)


def _decide(
    connection: Connection, order: Order, asset_ids: Sequence[int], common: Mapping[str, object]
) -> list[int]:
    """Write the rows of one concept; return the assets that they are about."""
    found = _found(connection, order, asset_ids)
    if not found:
        return []
    ids = [row.id for row in found]
    before = deriving.in_force(connection, order.concept, assets_=ids)
    standing = ledger.all_standing(connection, ids)
    by_tagger = models(connection, ids)
    rows = []
    for row in found:
        why = (row.why or [{}])[0] if order.choice is not Choice.ADD else {}
        tagger = str(why.get("tagger", ""))
        earlier = before.get(row.id)
        touches = earlier is not None or order.concept in standing[row.id]
        rows.append(
            {
                **common,
                "asset_id": row.id,
                "content_key": row.content_key,
                "concept": order.concept,
                "choice": order.choice.value,
                "to_concept": order.to_concept,
                "tagger": tagger,
                "model": by_tagger.get((row.id, tagger), ""),
                "label": str(why.get("label", "")),
                "confidence": 1.0 if order.choice is Choice.ADD else row.confidence,
                "base": earlier.base if earlier else row.outcome if row.why else ABSENT,
                "due": order.choice.value in FOR or (order.choice.value in AGAINST and touches),
            }
        )
    connection.execute(insert(decisions), rows)
    if order.choice is not Choice.SKIP:
        derive(connection, order.concept, ids)
    return ids


def _found(connection: Connection, order: Order, asset_ids: Sequence[int]) -> Sequence[Row[Any]]:
    mine = (suggestions.c.asset_id == assets.c.id) & (suggestions.c.concept == order.concept)
    columns = suggestions.c.confidence, suggestions.c.outcome, suggestions.c.why
    query: Select[Any] = (
        select(assets.c.id, assets.c.content_key, *columns)
        .select_from(assets.outerjoin(suggestions, mine))
        .where(assets.c.id.in_(asset_ids) & assets.c.content_key.is_not(None))
        .order_by(assets.c.id)
    )
    if order.choice is not Choice.ADD:
        query = query.where(suggestions.c.concept.is_not(None))
    return connection.execute(query).all()


def told(connection: Connection) -> dict[tuple[str, str], tuple[int, int]]:
    """Return how many answers said yes and how many there are, by concept and tagger."""
    columns = decisions.c
    right = func.sum(case((columns.choice == Choice.ACCEPT.value, 1), else_=0))
    asked = IN_FORCE & (columns.choice != Choice.ADD.value) & (columns.source != HOST)
    query = select(columns.concept, columns.tagger, right, func.count()).where(asked)
    rows = connection.execute(query.group_by(columns.concept, columns.tagger))
    return {(concept, tagger): (int(yes), int(n)) for concept, tagger, yes, n in rows}


def judged(connection: Connection) -> list[Row[Any]]:
    """Return what people said of what taggers suggested, once for each content and tagger.

    With the columns ``content_key``, ``tagger``, ``concept``, ``to_concept``, ``choice``,
    ``confidence``, ``label`` and ``source``.
    """
    by_tagger = decisions.c.tagger.not_in(("", PERSON)) & ~decisions.c.tagger.startswith("rule:")
    where = IN_FORCE & by_tagger & (decisions.c.choice != Choice.ADD.value)
    rows = connection.execute(select(decisions).where(where).order_by(decisions.c.id))
    return list({(row.content_key, row.concept, row.tagger): row for row in rows}.values())
