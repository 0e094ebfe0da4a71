"""Answers of people that fall with an undo, and that hold again once it is undone.

Else a tag that was accepted and then undone would be written again when photos are judged anew.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select, update

from tagwright.model import Choice, Outcome
from tagwright.state.deriving import AGAINST, FOR, IN_FORCE, derive
from tagwright.state.schema import decisions


@dataclass(frozen=True, slots=True)
class DecisionTurn:
    """When an answer was taken back, as it was and as it becomes; None: it holds."""

    decision: int
    was: float | None
    becomes: float | None


def fallen(
    connection: Connection,
    asset_id: int,
    gone: Collection[str],
    back: Collection[str],
    *,
    since: float = 0.0,
) -> Iterator[DecisionTurn]:
    """Return the answers that no longer hold where tags go and come back.

    Those are the answers for a tag that goes and against one that comes back. A refinement falls
    with the tag that it brought, unless it also took one away that stays away.

    Args:
        connection: To the state.
        asset_id: The asset.
        gone: Concepts whose tags an undo takes.
        back: Concepts whose tags it brings back; what is in both has only moved.
        since: Only answers that were given after this, s since the epoch.
    """
    ended = dict.fromkeys(set(gone) - set(back), FOR)
    ended |= dict.fromkeys(set(back) - set(gone), AGAINST)
    if not ended:
        return
    rows = _in_force(connection, asset_id)
    newest = {row.concept: row.choice for row in rows}
    batches = set()
    for row in reversed(rows):  # the two rows of a refinement: first the tag that it brought
        sort = ended.get(row.concept, ())
        falls = row.choice in sort and newest[row.concept] in sort and row.decided_at > since
        if falls or (row.batch in batches and _took_nothing(row)):
            batches.add(row.batch)
            yield DecisionTurn(row.id, None, time.time())


def restored(connection: Connection, earlier: Iterable[DecisionTurn]) -> Iterator[DecisionTurn]:
    """Turn back what an undo did to answers, where nobody has gone on from it since."""
    for turn in earlier:
        query = select(decisions.c.undone_at).where(decisions.c.id == turn.decision)
        if connection.scalar(query) == turn.becomes:
            yield replace(turn, was=turn.becomes, becomes=turn.was)


def carry_out(connection: Connection, asset_id: int, turns: Collection[DecisionTurn]) -> None:
    """Let answers hold or not, as was recorded, with all that follows from them."""
    for turn in turns:
        row = decisions.c.id == turn.decision
        values = {"undone_at": turn.becomes, "due": False, "error": None}
        connection.execute(update(decisions).where(row).values(values))
    mine = decisions.c.id.in_([turn.decision for turn in turns])
    for concept in set(connection.scalars(select(decisions.c.concept).where(mine))):
        derive(connection, concept, [asset_id])


def _in_force(connection: Connection, asset_id: int) -> list[Row[Any]]:
    mine = (decisions.c.asset_id == asset_id) & IN_FORCE
    return list(connection.execute(select(decisions).where(mine).order_by(decisions.c.id)))


def _took_nothing(row: Row[Any]) -> bool:
    return bool(row.choice == Choice.REFINE.value and row.base != Outcome.APPLIED.value)
