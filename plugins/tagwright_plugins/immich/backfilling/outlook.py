"""How much a backfill has before it."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.pipeline import Session, Tally, survey
from tagwright.state import Lane, lookups, runs
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichPermissionError
from tagwright_plugins.immich.backfilling.selection import Selection
from tagwright_plugins.immich.backfilling.source import Chosen

_RUNS = 100  # that are looked through for the pace of the last one
_ENOUGH = 10  # photos that show a pace


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is, before it was looked through."""

    found: int  # photos that were chosen, done or not
    due: int  # of these, to be taken up: so many at most
    limit: int | None

    def left(self, tally: Tally) -> int:
        """Return how many photos a run takes up in all, as far as it knows by now."""
        if tally.scanned:
            return tally.queued
        passed = tally.unchanged + tally.elsewhere + tally.set_aside
        left = max(self.found - passed, tally.queued)
        return left if self.limit is None else min(left, self.limit)


async def outlook(
    client: ImmichClient, session: Session, selection: Selection, chosen: Chosen
) -> Outlook:
    """Return it by one question to Immich; where the key may not ask it, by looking through all."""
    try:
        found = await client.search.count(chosen.query)
    except ImmichPermissionError:
        due = await survey(session)
        return Outlook(due, due, selection.limit)
    done = 0
    if selection.is_everything and not session.settings.force:
        library, goal = session.library.name, session.settings.goal
        done = await session.lane(lambda c: lookups.count_reached(c, library, goal))
    limit, due = selection.limit, max(found - done, 0)
    return Outlook(found, due if limit is None else min(due, limit), limit)


async def pace(lane: Lane) -> float | None:
    """Return how many seconds a photo took in the last backfill; None: there was none to tell."""
    for run in await lane(lambda c: runs.recent(c, _RUNS)):
        tagged = run.tally.get("tagged")
        if run.kind != "backfill" or run.ended_at is None or not isinstance(tagged, int):
            continue
        if tagged >= _ENOUGH:
            return (run.ended_at - run.started_at) / tagged
    return None
