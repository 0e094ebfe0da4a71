"""On how many photos each concept stands: one that is on most of them finds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from tagwright.model import Decision, Outcome
from tagwright.state.schema import assets, suggestions

_UNDONE = (Outcome.REJECTED.value, Outcome.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class Spread:
    """How suggestions spread over the photos that were ever tagged."""

    photos: int
    concepts: Mapping[str, int]  # photos by concept identifier: written, or accepted by a person

    def noise(self, share: float, least: int) -> dict[str, int]:
        """Return the concepts on more than ``share`` of the photos, the most frequent first.

        With fewer than ``least`` photos there are none: a first album is all beach.
        """
        if self.photos < least:
            return {}
        found = {one: hits for one, hits in self.concepts.items() if hits > share * self.photos}
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def spread(connection: Connection) -> Spread:
    """Count, over all photos that have reached a goal."""
    photos = connection.scalar(select(func.count()).where(assets.c.goal.is_not(None))) or 0
    applied = suggestions.c.decision == Decision.APPLY.value
    standing = suggestions.c.outcome.is_(None) | suggestions.c.outcome.not_in(_UNDONE)
    stands = suggestions.c.outcome.in_((Outcome.ACCEPTED.value, Outcome.APPLIED.value))
    query = (
        select(suggestions.c.concept, func.count())
        .join(assets, assets.c.id == suggestions.c.asset_id)
        .where(assets.c.goal.is_not(None) & ((applied & standing) | stands))
        .group_by(suggestions.c.concept)
    )
    return Spread(photos, {str(one): int(hits) for one, hits in connection.execute(query)})
