"""What follows from the decisions in force: outcomes of suggestions, and rejections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from tagwright.model import Choice, Decision, Outcome
from tagwright.state.schema import decisions, rejections, suggestions

PERSON = "a person"  # stands for the tagger where nobody suggested a tag
HOST = "host"  # the source of what was done in the host, where no answer was asked for
ABSENT = "absent"  # the outcome of a suggestion that there was not
AGAINST = (Choice.REJECT.value, Choice.REFINE.value)
FOR = (Choice.ACCEPT.value, Choice.ADD.value)
IN_FORCE = decisions.c.undone_at.is_(None) & (decisions.c.choice != Choice.SKIP.value)


def in_force(
    connection: Connection,
    concept: str,
    *,
    assets_: Collection[int] = (),
    keys: Collection[str] = (),
) -> dict[int, Row[Any]]:
    """Return the decisions in force on a concept, by asset; of assets, or of contents."""
    some = decisions.c.content_key.in_(keys) if keys else decisions.c.asset_id.in_(assets_)
    query = select(decisions).where((decisions.c.concept == concept) & some & IN_FORCE)
    return {row.asset_id: row for row in connection.execute(query.order_by(decisions.c.id))}


def derive(connection: Connection, concept: str, asset_ids: Sequence[int]) -> None:
    """Bring outcomes and rejections to what the decisions in force say."""
    query = select(decisions.c.asset_id, decisions.c.content_key, decisions.c.base).where(
        (decisions.c.concept == concept) & decisions.c.asset_id.in_(asset_ids)
    )
    known = {row.asset_id: row for row in connection.execute(query.order_by(decisions.c.id))}
    keys = {row.content_key for row in known.values()}
    force = in_force(connection, concept, keys=keys)
    outcomes: dict[str | None, list[int]] = defaultdict(list)
    for asset_id, row in known.items():
        one = force.get(asset_id)
        outcomes[row.base if one is None else _outcome(one.choice)].append(asset_id)
    _suggest(connection, [row for row in force.values() if row.choice in FOR])
    for outcome, ids in outcomes.items():
        mine = (suggestions.c.concept == concept) & suggestions.c.asset_id.in_(ids)
        if outcome == ABSENT:
            connection.execute(delete(suggestions).where(mine))
        else:
            connection.execute(update(suggestions).where(mine).values(outcome=outcome))
    against = {row.content_key: row for row in force.values() if row.choice in AGAINST}
    _reject(connection, concept, against)
    _readmit(connection, concept, keys - against.keys())


def _outcome(choice: str) -> str:
    return (Outcome.ACCEPTED if choice in FOR else Outcome.REJECTED).value


def _suggest(connection: Connection, answers: Sequence[Row[Any]]) -> None:
    """Make suggestions of what a person wants and no tagger suggests, so that it is known."""
    ids = {row.asset_id: row for row in answers}
    query = select(suggestions.c.asset_id).where(
        (suggestions.c.concept.in_({row.concept for row in answers}))
        & suggestions.c.asset_id.in_(ids)
    )
    there = set(connection.scalars(query)) if ids else set()
    rows = [_suggestion(row) for asset_id, row in ids.items() if asset_id not in there]
    if rows:
        connection.execute(insert(suggestions), rows)


def _suggestion(answer: Row[Any]) -> dict[str, object]:
    why = {"label": "", "kind": "other", "confidence": 1.0, "how": PERSON, "tagger": PERSON}
    why |= {"match": "added", "matched": answer.concept, "note": "added by a person"}
    return {
        "asset_id": answer.asset_id,
        "concept": answer.concept,
        "run_id": answer.session,
        "confidence": 1.0,
        "decision": Decision.APPLY.value,
        "outcome": None,
        "why": [why],
    }


def _reject(connection: Connection, concept: str, against: Mapping[str, Row[Any]]) -> None:
    where = (rejections.c.concept == concept) & rejections.c.content_key.in_(against)
    there = set(connection.scalars(select(rejections.c.content_key).where(where)))
    rows = [
        {
            "content_key": key,
            "concept": concept,
            "asset_id": row.asset_id,
            "source": row.source,
            "rejected_at": row.decided_at,
        }
        for key, row in against.items()
        if key not in there
    ]
    if rows:
        connection.execute(insert(rejections), rows)


def _readmit(connection: Connection, concept: str, keys: Collection[str]) -> None:
    """Remove the rejections that decisions made; those from elsewhere stay."""
    made = select(decisions.c.decided_at).where(
        (decisions.c.content_key == rejections.c.content_key)
        & (decisions.c.concept == rejections.c.concept)
        & decisions.c.choice.in_(AGAINST)
        & (decisions.c.source != HOST)  # that the ledger was told of
    )
    where = (rejections.c.concept == concept) & rejections.c.content_key.in_(keys)
    connection.execute(delete(rejections).where(where & rejections.c.rejected_at.in_(made)))
