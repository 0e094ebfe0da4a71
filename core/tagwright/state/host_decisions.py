"""What people did to tags of ours in the host, kept beside their answers: to be learned from.

Such a decision is taken back in the host, by adding the tag again; so no list of answers has it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tagwright.model import Choice, Outcome
from tagwright.state import deriving
from tagwright.state.deriving import ABSENT, HOST, IN_FORCE, PERSON
from tagwright.state.models import models
from tagwright.state.schema import decisions, ledger, receipts, suggestions


def record(
    connection: Connection, asset_id: int, content_key: str, said: Mapping[str, Choice]
) -> None:
    """Keep what a person said of tags that stand there by the ledger, which is told later.

    Args:
        connection: To the state.
        asset_id: The asset.
        content_key: Of the picture that they saw.
        said: By concept: rejected, or refined to what may be no concept.
    """
    mine = (suggestions.c.asset_id == asset_id) & (suggestions.c.concept == ledger.c.concept)
    query = (
        select(ledger.c.concept, receipts.c.run_id)
        .add_columns(suggestions.c.confidence, suggestions.c.outcome, suggestions.c.why)
        .select_from(ledger.join(receipts, receipts.c.id == ledger.c.receipt_id))
        .outerjoin(suggestions, mine)
        .where((ledger.c.asset_id == asset_id) & ledger.c.gone_at.is_(None))
        .where(ledger.c.concept.in_(said))
    )
    by_tagger = models(connection, [asset_id])
    now = time.time()
    for row in {row.concept: row for row in connection.execute(query)}.values():
        why = (row.why or [{}])[0]
        tagger = str(why.get("tagger", ""))
        values = {
            "batch": f"{HOST}-{secrets.token_hex(8)}",
            "session": row.run_id,  # that wrote the tag
            "source": HOST,
            "asset_id": asset_id,
            "content_key": content_key,
            "concept": row.concept,
            "choice": said[row.concept].value,
            "tagger": "" if tagger == PERSON else tagger,
            "model": by_tagger.get((asset_id, tagger), ""),
            "label": str(why.get("label", "")),
            "confidence": row.confidence or 0.0,
            "base": _base(connection, asset_id, row),
            "decided_at": now,
            "due": False,
        }
        connection.execute(insert(decisions), values)


def lift(connection: Connection, content_key: str, concept: str) -> None:
    """Take back that a tag was deleted: a person has put it back."""
    mine = (decisions.c.content_key == content_key) & (decisions.c.concept == concept)
    connection.execute(
        update(decisions)
        .where(mine & (decisions.c.source == HOST) & decisions.c.undone_at.is_(None))
        .values(undone_at=time.time())
    )


def left_standing(connection: Connection) -> list[Row[Any]]:
    """Return the suggestions whose tags people left on photos from which they deleted another.

    With the columns ``content_key``, ``concept``, ``confidence`` and ``why``.
    """
    deleted = (decisions.c.source == HOST) & (decisions.c.choice == Choice.REJECT.value) & IN_FORCE
    photos = select(decisions.c.asset_id, decisions.c.content_key).where(deleted).distinct()
    photo = photos.subquery()
    query = (
        select(photo.c.content_key, suggestions.c.concept, suggestions.c.confidence)
        .add_columns(suggestions.c.why)
        .join(suggestions, suggestions.c.asset_id == photo.c.asset_id)
        .where(suggestions.c.outcome == Outcome.APPLIED.value)
        .order_by(photo.c.asset_id, suggestions.c.concept)
    )
    return list(connection.execute(query))


def _base(connection: Connection, asset_id: int, row: Row[Any]) -> str | None:
    """Return the outcome before anything was decided."""
    earlier = deriving.in_force(connection, row.concept, assets_=[asset_id]).get(asset_id)
    if earlier is not None:
        found: str | None = earlier.base
        return found
    return row.outcome if row.why else ABSENT
