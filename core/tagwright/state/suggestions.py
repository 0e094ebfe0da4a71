"""Suggestions: what was decided of each concept for each asset, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from tagwright.model import Outcome, Suggestion, Why
from tagwright.state.schema import ledger, receipts, suggestions

_BY_PERSON = (Outcome.ACCEPTED.value, Outcome.REJECTED.value, Outcome.REFINED.value)
_MINE = suggestions.c.asset_id == bindparam("asset")
_DECIDED = select(suggestions.c.concept).where(_MINE & suggestions.c.outcome.in_(_BY_PERSON))
_REPLACED = delete(suggestions).where(
    _MINE & suggestions.c.concept.not_in(bindparam("kept", expanding=True))
)
_STANDING = (
    select(ledger.c.concept)
    .join(receipts, receipts.c.id == ledger.c.receipt_id)
    .where((ledger.c.asset_id == bindparam("asset")) & ledger.c.gone_at.is_(None))
    .where(receipts.c.written_at.is_not(None))
)
_APPLIED = (
    update(suggestions)
    .where(_MINE & suggestions.c.concept.in_(_STANDING) & suggestions.c.outcome.is_(None))
    .values(outcome=Outcome.APPLIED.value)
)


def keep(connection: Connection, run_id: str, asset_id: int, found: Sequence[Suggestion]) -> None:
    """Replace the suggestions of an asset; what a person decided stays."""
    kept = set(connection.scalars(_DECIDED, {"asset": asset_id}))
    connection.execute(_REPLACED, {"asset": asset_id, "kept": list(kept)})
    rows = [
        {
            "asset_id": asset_id,
            "concept": suggestion.concept,
            "run_id": run_id,
            "confidence": suggestion.confidence,
            "decision": suggestion.decision.value,
            "outcome": None,
            "why": [_plain(why) for why in suggestion.why],
        }
        for suggestion in found
        if suggestion.concept not in kept
    ]
    if rows:
        connection.execute(insert(suggestions), rows)


def stored(
    connection: Connection, asset_ids: Sequence[int]
) -> dict[int, dict[str, tuple[str, float, str | None]]]:
    """Return decision, confidence and outcome by asset and concept."""
    found: dict[int, dict[str, tuple[str, float, str | None]]] = {one: {} for one in asset_ids}
    columns = suggestions.c
    query = select(columns.asset_id, columns.concept, columns.decision, columns.confidence)
    where = columns.asset_id.in_(asset_ids)
    for asset_id, concept, decision, confidence, outcome in connection.execute(
        query.add_columns(columns.outcome).where(where)
    ):
        found[asset_id][concept] = (decision, confidence, outcome)
    return found


def accepted(connection: Connection, asset_id: int) -> frozenset[str]:
    """Return the concepts that a person has accepted for an asset."""
    mine = (suggestions.c.asset_id == asset_id) & (suggestions.c.outcome == Outcome.ACCEPTED.value)
    return frozenset(connection.scalars(select(suggestions.c.concept).where(mine)))


def mark_applied(connection: Connection, asset_id: int) -> None:
    """Note on suggestions that tags of ours now stand in the library, as the ledger says."""
    connection.execute(_APPLIED, {"asset": asset_id})


def _plain(why: Why) -> dict[str, object]:
    return {
        "label": why.observation.label,
        "kind": why.observation.kind.value,
        "confidence": why.observation.confidence,
        "how": why.observation.how,
        "tagger": why.tagger,
        "match": why.match,
        "matched": why.matched,
        "note": why.note,
    }
