"""The send log: every picture that left the machine, as it was put on record before it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from tagwright.model import AssetRef, RenditionSpec
from tagwright.state.places import PLACE, is_under, to_ref
from tagwright.state.schema import assets, calls, folders, recipes

_LEFT = calls.c.host.is_not(None)


@dataclass(frozen=True, slots=True)
class Sending:
    """One picture that went out, or that was about to when something broke."""

    at: float  # s since the epoch
    run_id: str
    ref: AssetRef  # as the photo was called then
    host: str  # empty: the tagger does not say
    tagger: str
    digest: str  # SHA-256 of the picture as it was sent, in hexadecimal
    size: int  # bytes of it
    facts: Mapping[str, object]  # beside it
    outcome: str  # answered, or an error class; empty: cut short
    requests: int  # 0: it was answered from what the tagger had kept, or it does not count
    content_key: str  # of the photo
    spec: RenditionSpec  # how it was made small


@dataclass(frozen=True, slots=True)
class Filter:
    """Which of them; the default is all."""

    under: tuple[str, ...] = ()  # references of folders and assets, names of libraries
    since: float = 0.0  # s since the epoch
    host: str = ""  # with or without its port
    content_key: str = ""  # of a photo that may have been elsewhere when it was sent


def batch(
    connection: Connection, which: Filter, *, after: int = 0, limit: int = 500
) -> list[tuple[int, Sending]]:
    """Return the next ones in the order of time with their numbers, beginning behind ``after``.

    A photo is followed under all names that it had: what counts is the picture.
    """
    query = (
        select(calls, *PLACE, recipes.c.content)
        .join(assets, assets.c.id == calls.c.asset_id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .join(recipes, recipes.c.key == calls.c.recipe)
        .where(_where(which) & (calls.c.id > after))
        .order_by(calls.c.id)
        .limit(limit)
    )
    return [(row.id, _sending(row)) for row in connection.execute(query)]


def by_host(connection: Connection, run_id: str) -> dict[str, int]:
    """Return to how many pictures each host was treated in a run, the most first."""
    number = func.count(calls.c.sent_digest.distinct())
    query = select(calls.c.host, number).where(_LEFT & (calls.c.run_id == run_id))
    query = query.group_by(calls.c.host).order_by(number.desc(), calls.c.host)
    return {str(host): int(count) for host, count in connection.execute(query)}


def _where(which: Filter) -> ColumnElement[bool]:
    where = _LEFT & (calls.c.started_at >= which.since)
    if which.host:
        bare = calls.c.host.startswith(which.host + ":", autoescape=True)
        where &= (calls.c.host == which.host) | bare
    if which.under:
        there = or_(*map(is_under, which.under))
        same = select(assets.c.content_key).join(folders).where(there)
        keys = calls.c.content_key.in_(same.where(assets.c.content_key.is_not(None)))
        where &= there | keys | (calls.c.content_key == which.content_key)
    return where


def _sending(row: Any) -> Sending:
    made = row.content.get("rendition", {})
    return Sending(
        at=row.started_at,
        run_id=row.run_id,
        ref=to_ref(row),
        host=row.host,
        tagger=row.tagger,
        digest=row.sent_digest,
        size=row.sent_bytes,
        facts=row.sent_facts or {},
        outcome=row.outcome or "",
        requests=row.requests,
        content_key=row.content_key,
        spec=RenditionSpec(**made),
    )
