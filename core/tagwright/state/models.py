"""Which models answered."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from tagwright.state.schema import answers, visit_answers


def models(connection: Connection, asset_ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """Return the models whose answers assets have, by asset and tagger."""
    query = (
        select(visit_answers.c.asset_id, answers.c.tagger, answers.c.model)
        .join(answers, answers.c.id == visit_answers.c.answer_id)
        .where(visit_answers.c.asset_id.in_(asset_ids))
    )
    return {(asset, tagger): model for asset, tagger, model in connection.execute(query)}
