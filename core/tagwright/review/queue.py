"""The review queue: what waits for a person, most useful first, page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from tagwright.model import AssetRef
from tagwright.review.grouping import Group, group
from tagwright.review.usefulness import Told, usefulness
from tagwright.state import decisions, waiting
from tagwright.state.waiting import Filter, Waiting
from tagwright.taxonomy import Taxonomy

Rank = tuple[bool, float, str, int]


@dataclass(frozen=True, slots=True)
class Page:
    """Some groups of the queue."""

    groups: tuple[Group, ...]
    after: str | None  # to be given for the next page; None: this is the last one
    waiting: int  # suggestions in the whole queue
    total: int  # groups in the whole queue


@dataclass(frozen=True, slots=True)
class Member:
    """One photo of a group."""

    asset_id: int
    ref: AssetRef
    confidence: float
    taken_at: str  # ISO 8601, on the camera's clock; empty: not known
    why: tuple[dict[str, Any], ...]  # best first: label, tagger, how, match, matched, note, …


def groups(
    connection: Connection,
    taxonomy: Taxonomy,
    chosen: Filter = Filter(),  # noqa: B008 - frozen
    *,
    limit: int = 50,
    after: str | None = None,
) -> Page:
    """Return the groups that one answer each would settle, the most useful first.

    Those have most photos, counted by :func:`~tagwright.review.usefulness.usefulness`.
    What was skipped comes last. Concepts that the taxonomy no longer has are left out.

    Args:
        connection: To the state.
        taxonomy: The user's vocabulary.
        chosen: Which suggestions.
        limit: At most so many groups.
        after: ``Page.after`` of the page before. It holds whatever was decided since, though
            answers move other groups of their concept.
    """
    found = _groups(connection, taxonomy, chosen)
    told = decisions.told(connection)
    ranked = sorted(((_rank(one, told), one) for one in found), key=lambda pair: pair[0])
    number = sum(len(one.members) for _, one in ranked)
    begin = _parse(after)
    rest = [pair for pair in ranked if begin is None or pair[0] > begin]
    some = rest[:limit]
    more = _format(some[-1][0]) if len(rest) > limit else None
    return Page(tuple(one for _, one in some), more, number, len(ranked))


def find(
    connection: Connection,
    taxonomy: Taxonomy,
    key: str,
    chosen: Filter = Filter(),  # noqa: B008 - frozen
) -> Group | None:
    """Return the group with a key, under the filter that it was listed with; None: it is gone."""
    concept = key.partition(":")[2]
    mine = replace(chosen, concept=concept)
    found = _groups(connection, taxonomy, mine)
    return next((one for one in found if one.key == key), None)


def members(connection: Connection, one: Group, offset: int = 0, limit: int = 200) -> list[Member]:
    """Return photos of a group with the reasons for the suggestion, the doubtful ones last."""
    rows = one.members[offset : offset + limit]
    ids = [row.asset_id for row in rows]
    refs = waiting.places(connection, ids)
    taken = waiting.taken(connection, ids)
    whys = waiting.whys(connection, one.concept, ids)
    return [
        Member(
            row.asset_id,
            refs[row.asset_id],
            row.confidence,
            taken.get(row.asset_id, ""),
            tuple(whys.get(row.asset_id, ())),
        )
        for row in rows
    ]


def _groups(connection: Connection, taxonomy: Taxonomy, chosen: Filter) -> Iterator[Group]:
    rows = _rows(connection, taxonomy, chosen)
    return group(rows, lambda ids: waiting.taken(connection, ids))


def _rows(connection: Connection, taxonomy: Taxonomy, chosen: Filter) -> Iterator[Waiting]:
    concepts = None if chosen.facet is None else _branch(taxonomy, chosen.facet)
    tags = {one.id for one in taxonomy if not one.group}
    return (row for row in waiting.waiting(connection, chosen, concepts) if row.concept in tags)


def _branch(taxonomy: Taxonomy, facet: str) -> set[str]:
    return {one.id for one in taxonomy if one.id == facet or facet in taxonomy.ancestors(one.id)}


def _rank(one: Group, told: Told) -> Rank:
    return one.skipped, -usefulness(one, told), one.concept, min(one.asset_ids)


def _format(rank: Rank) -> str:
    return json.dumps(rank, separators=(",", ":"))


def _parse(text: str | None) -> Rank | None:
    """Return a place in the queue; one that is none is its beginning."""
    try:
        skipped, useful, concept, anchor = json.loads(text or "")
        return bool(skipped), float(useful), str(concept), int(anchor)
    except (ValueError, TypeError):
        return None
