"""The desks of a run: each tagger with its recipe, its gate, and how it is to be asked."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from tagwright.pipeline.asking import Desk
from tagwright.pipeline.consulting.chains import hasty
from tagwright.pipeline.gates.gate import Gate
from tagwright.pipeline.gates.opening import account_of, open_gates
from tagwright.pipeline.results import Settings
from tagwright.ports import Tagger
from tagwright.state import Lane, answers, batches


async def open_desks(
    settings: Settings, lane: Lane, gates: Mapping[str, Gate] | None = None
) -> list[Desk]:
    """Make a desk for each tagger, in their order; ``gates`` are those of all accounts, if made."""
    if gates is None:
        gates = await open_gates(settings.taggers, lane)
    return [
        await _desk(settings, lane, tagger, gates[account_of(tagger)])
        for tagger in settings.taggers
    ]


async def _desk(settings: Settings, lane: Lane, tagger: Tagger, gate: Gate) -> Desk:
    recipe = settings.recipe(tagger)
    family = "" if settings.reask else answers.family_key(recipe)

    def keep(connection: Connection) -> tuple[str, bool]:
        key = answers.keep_recipe(connection, recipe)
        return key, batches.is_open(connection, key, family)

    key, batched = await lane(keep)
    return Desk(
        tagger,
        key,
        family,
        gate,
        settings.patience,
        hasty=tagger.name in hasty(settings.plan),
        batched=batched,
        later=tagger.name in settings.later,
    )
