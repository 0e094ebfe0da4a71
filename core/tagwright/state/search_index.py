"""The index of the search: one entry for each photo, kept by SQLite's FTS5.

All that is special to SQLite is here. The table is no part of the schema: it can be dropped at any
time and is made anew from what is on record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, delete, select, text

from tagwright.model import AssetRef
from tagwright.state import ledger, waiting
from tagwright.state.schema import (
    answers,
    assets,
    folders,
    observations,
    search_stale,
    visit_answers,
    visits,
)

EDGE = "\ue000"  # stands before and behind each label of a path: a word of its own to FTS5
_AT_ONCE = 500  # photos indexed in one step
_MAKE = """
CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(
    tags, captions, labels, place,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co'"
)"""
_FILL = text(
    "INSERT INTO search (rowid, tags, captions, labels, place)"
    " VALUES (:id, :tags, :captions, :labels, :place)"
)
_DROP = text("DELETE FROM search WHERE rowid = :id")
_RANK = "bm25(search, 10.0, 4.0, 2.0, 1.0)"


@dataclass(frozen=True, slots=True)
class Found:
    """A photo that was found."""

    asset_id: int
    ref: AssetRef
    paths: tuple[tuple[str, ...], ...]  # the tags that stand on it
    caption: str


def refresh(connection: Connection, *, everything: bool = False) -> int:
    """Bring the index to what is known; return how many photos that took."""
    connection.exec_driver_sql(_MAKE)
    if everything:
        connection.exec_driver_sql("DELETE FROM search")
        connection.exec_driver_sql("INSERT OR IGNORE INTO search_stale SELECT asset_id FROM visits")
    number = 0
    while ids := list(connection.scalars(select(search_stale.c.asset_id).limit(_AT_ONCE))):
        connection.execute(_DROP, [{"id": one} for one in ids])
        if rows := _entries(connection, ids):
            connection.execute(_FILL, rows)
        connection.execute(delete(search_stale).where(search_stale.c.asset_id.in_(ids)))
        number += len(ids)
    return number


def match(
    connection: Connection,
    expression: str,
    *,
    under: Sequence[str] = (),
    taken_from: date | None = None,
    taken_to: date | None = None,
) -> list[tuple[int, str]]:
    """Return the photos that match, best first, each with the paths of its tags, to be split.

    Args:
        connection: To the state.
        expression: In FTS5's language; empty: all photos, the newest first.
        under: References of folders and assets; empty: everywhere.
        taken_from: First day.
        taken_to: Last day.
    """
    query = (
        select(assets.c.id, text("search.tags"))
        .select_from(
            assets.join(folders, folders.c.id == assets.c.folder_id)
            .join(visits, visits.c.asset_id == assets.c.id)
            .join(text("search"), text("search.rowid = assets.id"))
        )
        .where((assets.c.status != "gone") & waiting.is_photo(under, taken_from, taken_to))
    )
    if expression:
        query = query.where(text("search MATCH :words").bindparams(bindparam("words", expression)))
        query = query.order_by(text(_RANK), assets.c.id)
    else:
        query = query.order_by(visits.c.facts["taken_at"].as_string().desc(), assets.c.id.desc())
    return [(asset_id, tags) for asset_id, tags in connection.execute(query)]


def describe(connection: Connection, asset_ids: Sequence[int]) -> list[Found]:
    """Return photos in the order given."""
    places = waiting.places(connection, asset_ids)
    query = text("SELECT rowid, tags, captions FROM search WHERE rowid IN :ids").bindparams(
        bindparam("ids", list(asset_ids), expanding=True)
    )
    entries = {row.rowid: row for row in connection.execute(query)}
    return [
        Found(one, places[one], paths_in(entries[one].tags), entries[one].captions)
        for one in asset_ids
    ]


def paths_in(tags: str) -> tuple[tuple[str, ...], ...]:
    """Return the paths of an entry."""
    return tuple(
        tuple(filter(None, (step.strip() for step in line.split(EDGE))))
        for line in tags.splitlines()
    )


def _entries(connection: Connection, ids: Sequence[int]) -> list[dict[str, object]]:
    captions, labels = _said(connection, ids)
    standing = ledger.all_standing(connection, ids)
    query = (
        select(assets.c.id, folders.c.path, assets.c.name, visits.c.facts)
        .select_from(
            assets.join(folders, folders.c.id == assets.c.folder_id).join(
                visits, visits.c.asset_id == assets.c.id
            )
        )
        .where(assets.c.id.in_(ids))
    )
    rows = []
    for asset_id, folder, name, facts in connection.execute(query):
        people = (tuple(path) for path in facts.get("tags", ()))
        paths = dict.fromkeys((*standing[asset_id].values(), *people))
        own = [value for field, value in facts.get("extras", ()) if field == "caption"]
        rows.append(
            {
                "id": asset_id,
                "tags": "\n".join(map(_line, paths)),
                "captions": _text((*own, *captions[asset_id])),
                "labels": _text(labels[asset_id]),
                "place": _text((folder.replace("/", " "), facts.get("name") or name)),
            }
        )
    return rows


def _said(
    connection: Connection, ids: Sequence[int]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return the captions and the raw labels of photos."""
    captions: dict[int, list[str]] = defaultdict(list)
    labels: dict[int, list[str]] = defaultdict(list)
    mine = visit_answers.c.asset_id.in_(ids)
    linked = visit_answers.join(answers, answers.c.id == visit_answers.c.answer_id)
    said = select(visit_answers.c.asset_id, answers.c.caption, answers.c.alt_text)
    for asset_id, *texts in connection.execute(said.select_from(linked).where(mine)):
        captions[asset_id] += filter(None, texts)
    seen = select(visit_answers.c.asset_id, observations.c.label, observations.c.synonyms).join(
        observations, observations.c.answer_id == visit_answers.c.answer_id
    )
    for asset_id, label, synonyms in connection.execute(seen.where(mine)):
        labels[asset_id] += (label, *synonyms)
    return captions, labels


def _line(path: Iterable[str]) -> str:
    steps = f" {EDGE} ".join(_text((step,)) for step in path)
    return f"{EDGE} {steps} {EDGE}"


def _text(texts: Iterable[str]) -> str:
    """Join texts from anywhere; none can pass for the edge of a label, or for another line."""
    return " ".join(" ".join(texts).replace(EDGE, " ").split())
