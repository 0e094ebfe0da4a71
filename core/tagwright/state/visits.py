"""Visits: what was known and said of each asset when it was last worked on.

From these an asset can be judged anew, after any change of taxonomy, thresholds or rules, without a
look at the photo and without a question to anybody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
)

from tagwright.model import AssetRef, Extra, ExtraField, Facts, Kind, Observation
from tagwright.state import stale
from tagwright.state.places import is_under
from tagwright.state.schema import answers, assets, folders, observations, visit_answers, visits

Said = tuple[str, Observation]

_KEPT = ("EXIF:Make", "EXIF:Model", "EXIF:LensModel")  # of the metadata: what rules ask for
_KINDS = {kind.value: kind for kind in Kind}
_VISIT = delete(visits).where(visits.c.asset_id == bindparam("asset"))
_ANSWERS = delete(visit_answers).where(visit_answers.c.asset_id == bindparam("asset"))

_ROUTES = select(visit_answers.c.answer_id, visit_answers.c.route).where(
    (visit_answers.c.asset_id == bindparam("asset")) & (visit_answers.c.route != "")
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which assets; the default is all of a library."""

    library: str
    under: tuple[str, ...] = ()  # references of folders and assets; empty: everywhere
    labels: tuple[str, ...] = ()  # raw labels of which one was said; empty: whatever was said


@dataclass(frozen=True, slots=True)
class Visit:
    """An asset as it was left."""

    asset_id: int
    ref: AssetRef
    content_key: str
    facts: Facts  # with the tags that stood there before our own write
    said: tuple[Said, ...]
    models: Mapping[str, str]  # the model that answered, by tagger
    captions: Mapping[str, str]  # what they said in a sentence, by tagger
    routes: Mapping[str, str]  # why they were asked, by tagger


def keep(connection: Connection, asset_id: int, facts: Facts, answered: Mapping[int, str]) -> None:
    """Remember a visit in place of the one before.

    ``answered`` says of each answer, by its identifier, why its tagger was asked.
    """
    refresh(connection, asset_id, facts)
    connection.execute(_ANSWERS, {"asset": asset_id})
    rows = [
        {"asset_id": asset_id, "answer_id": one, "route": route}
        for one, route in sorted(answered.items())
    ]
    if rows:
        connection.execute(insert(visit_answers), rows)


def routes(connection: Connection, asset_id: int) -> dict[int, str]:
    """Return why taggers were asked on the last visit of an asset, by their answers."""
    found = connection.execute(_ROUTES, {"asset": asset_id})
    return {int(answer): str(route) for answer, route in found}


def libraries(connection: Connection) -> list[str]:
    """Return the names of the libraries of all assets that were ever seen."""
    return list(connection.scalars(select(folders.c.library).distinct().order_by("library")))


def count(connection: Connection, selection: Selection) -> int:
    """Return how many assets :func:`batch` will yield."""
    query = select(func.count()).select_from(assets.join(folders)).where(_where(selection))
    return int(connection.scalar(query) or 0)


def batch(connection: Connection, selection: Selection, *, after: int, limit: int) -> list[Visit]:
    """Return the next visits in the order of asset identifiers, beginning behind ``after``."""
    return _visits(connection, _where(selection) & (assets.c.id > after), limit)


def some(connection: Connection, asset_ids: Sequence[int]) -> list[Visit]:
    """Return the visits of these assets, as far as they are still done; at most 1,000."""
    where = (assets.c.status == "done") & assets.c.id.in_(asset_ids)
    return _visits(connection, where, len(asset_ids))


def refresh(connection: Connection, asset_id: int, facts: Facts) -> None:
    """Remember newer facts; what was said stays."""
    connection.execute(_VISIT, {"asset": asset_id})
    connection.execute(insert(visits), {"asset_id": asset_id, "facts": _plain(facts)})
    stale.mark(connection, asset_id)


def add_tags(connection: Connection, asset_id: int, facts: Facts) -> None:
    """Remember tags that people have put on an asset, though its visit is not over."""
    known = connection.scalar(select(visits.c.facts).where(visits.c.asset_id == asset_id))
    before = [tuple(path) for path in (known or {}).get("tags", ())]
    more = [list(path) for path in facts.tags if path not in before]
    if more:
        plain = known or _plain(replace(facts, tags=()))
        values = {"asset_id": asset_id, "facts": {**plain, "tags": [*before, *more]}}
        connection.execute(_VISIT, {"asset": asset_id})
        connection.execute(insert(visits), values)
        stale.mark(connection, asset_id)


def called(connection: Connection, asset_id: int, name: str) -> str:
    """Return what people call an asset, where that is not known by what its last visit found.

    If it was never visited, the name is kept for whoever is told that it failed.
    """
    known = connection.scalar(select(visits.c.facts).where(visits.c.asset_id == asset_id))
    if known is None and name:
        connection.execute(insert(visits), {"asset_id": asset_id, "facts": {"name": name}})
    return name or str((known or {}).get("name", ""))


def tags(connection: Connection, asset_id: int) -> tuple[tuple[str, ...], ...]:
    """Return the tags of people that the last visit of an asset found."""
    found = connection.scalar(select(visits.c.facts).where(visits.c.asset_id == asset_id))
    return _facts(found or {}, "").tags


def _visits(connection: Connection, where: ColumnElement[bool], limit: int) -> list[Visit]:
    query = (
        select(assets.c.id, folders.c.library, folders.c.path, assets.c.name)
        .add_columns(assets.c.content_key, visits.c.facts)
        .select_from(assets.join(folders).outerjoin(visits, visits.c.asset_id == assets.c.id))
        .where(where)
        .order_by(assets.c.id)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    if not rows:
        return []
    told = _told(connection, [row.id for row in rows])
    return [
        Visit(
            asset_id=row.id,
            ref=AssetRef(row.library, row.path + row.name, (row.facts or {}).get("name", "")),
            content_key=row.content_key,
            facts=_facts(row.facts or {}, row.name),
            said=tuple(told[row.id].said),
            models=told[row.id].models,
            captions=told[row.id].captions,
            routes=told[row.id].routes,
        )
        for row in rows
    ]


def _where(selection: Selection) -> ColumnElement[bool]:
    visited = (assets.c.status == "done") & assets.c.content_key.is_not(None)
    places = [is_under(one) for one in selection.under]
    where = (folders.c.library == selection.library) & visited
    where &= or_(false(), *places) if places else true()
    if selection.labels:
        where &= assets.c.id.in_(_labelled(selection.labels))
    return where


def _labelled(labels: Sequence[str]) -> Select[tuple[int]]:
    return (
        select(visit_answers.c.asset_id)
        .join(observations, observations.c.answer_id == visit_answers.c.answer_id)
        .where(observations.c.label.in_(labels))
    )


@dataclass(frozen=True, slots=True)
class _Told:
    said: list[Said] = field(default_factory=list)
    models: dict[str, str] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)


def _told(connection: Connection, asset_ids: Sequence[int]) -> dict[int, _Told]:
    told: dict[int, _Told] = defaultdict(_Told)
    # The answers first: one without observations names a model too.
    linked = visit_answers.join(answers, answers.c.id == visit_answers.c.answer_id)
    within = visit_answers.c.asset_id.in_(asset_ids)
    given = select(visit_answers, answers.c.tagger, answers.c.model, answers.c.caption)
    for row in connection.execute(given.select_from(linked).where(within)):
        told[row.asset_id].models[row.tagger] = row.model
        if row.caption:
            told[row.asset_id].captions[row.tagger] = row.caption
        if row.route:
            told[row.asset_id].routes[row.tagger] = row.route
    query = (
        select(visit_answers.c.asset_id, answers.c.tagger, observations)
        .select_from(linked.join(observations, observations.c.answer_id == answers.c.id))
        .where(within)
        .order_by(visit_answers.c.asset_id, answers.c.id, observations.c.position)
    )
    for asset_id, tagger, _, _, *columns in connection.execute(query):
        told[asset_id].said.append((tagger, _observation(columns)))
    return told


def _observation(columns: Sequence[Any]) -> Observation:
    label, confidence, kind, synonyms, language, how, concept = columns
    return Observation(label, confidence, _KINDS[kind], tuple(synonyms), language, how, concept)


def _plain(facts: Facts) -> dict[str, object]:
    taken = facts.taken_at
    return {
        "name": facts.name,
        "folders": list(facts.folders),
        "width": facts.width,
        "height": facts.height,
        "taken_at": None if taken is None else taken.isoformat(),
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "tags": [list(path) for path in facts.tags],
        "extras": [[one.field.value, one.value] for one in facts.extras],
        "metadata": {key: facts.metadata[key] for key in _KEPT if key in facts.metadata},
    }


def _facts(plain: Mapping[str, Any], name: str) -> Facts:
    taken = plain.get("taken_at")
    return Facts(
        name=plain.get("name", name),
        folders=tuple(plain.get("folders", ())),
        width=plain.get("width"),
        height=plain.get("height"),
        taken_at=None if taken is None else datetime.fromisoformat(taken),
        latitude=plain.get("latitude"),
        longitude=plain.get("longitude"),
        tags=tuple(tuple(path) for path in plain.get("tags", ())),
        metadata=plain.get("metadata", {}),
        extras=tuple(Extra(ExtraField(name), value) for name, value in plain.get("extras", ())),
    )
