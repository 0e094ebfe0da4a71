"""The labels that taggers said of the assets as they were last visited, counted."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, Text, cast, delete, distinct, func, insert, select

from tagwright.model import AssetRef, Kind, Observation
from tagwright.state.places import PLACE, to_ref
from tagwright.state.schema import (
    answers,
    assets,
    folders,
    ignored_labels,
    observations,
    visit_answers,
)

_LINKED = visit_answers.join(
    observations, observations.c.answer_id == visit_answers.c.answer_id
).join(answers, answers.c.id == visit_answers.c.answer_id)


def said(connection: Connection) -> Iterator[tuple[str, Observation]]:
    """Yield each thing that any tagger said of any asset once, with the tagger's name.

    The confidence is the highest with which it was said.
    """
    columns = (
        answers.c.tagger,
        observations.c.label,
        observations.c.kind,
        observations.c.language,
        observations.c.concept,
        cast(observations.c.synonyms, Text).label("synonyms"),
    )
    surest = func.max(observations.c.confidence).label("confidence")
    query = select(*columns, surest).select_from(_LINKED).group_by(*columns)
    for row in connection.execute(query.order_by(*columns)):
        yield (
            row.tagger,
            Observation(
                label=row.label,
                confidence=row.confidence,
                kind=Kind(row.kind),
                synonyms=tuple(json.loads(row.synonyms)),
                language=row.language,
                concept=row.concept,
            ),
        )


def photos(connection: Connection, labels: Collection[str]) -> int:
    """Return of how many assets one of these labels was said."""
    where = observations.c.label.in_(labels)
    number = func.count(distinct(visit_answers.c.asset_id))
    return int(connection.scalar(select(number).select_from(_LINKED).where(where)) or 0)


def examples(connection: Connection, labels: Collection[str], most: int) -> list[AssetRef]:
    """Return some assets of which one of these labels was said, those said with most confidence."""
    surest = func.max(observations.c.confidence)
    query = (
        select(*PLACE)
        .select_from(
            _LINKED.join(assets, assets.c.id == visit_answers.c.asset_id).join(
                folders, folders.c.id == assets.c.folder_id
            )
        )
        .where(observations.c.label.in_(labels))
        .group_by(assets.c.id, folders.c.library, folders.c.path, assets.c.name)
        .order_by(surest.desc(), assets.c.id)
        .limit(most)
    )
    return list(map(to_ref, connection.execute(query)))


def ignore(connection: Connection, labels: Sequence[str]) -> None:
    """Propose these labels, folded, no more."""
    unignore(connection, labels)
    now = time.time()
    rows = [{"label": label, "ignored_at": now} for label in dict.fromkeys(labels)]
    if rows:
        connection.execute(insert(ignored_labels), rows)


def unignore(connection: Connection, labels: Collection[str]) -> None:
    """Propose these labels, folded, again."""
    connection.execute(delete(ignored_labels).where(ignored_labels.c.label.in_(labels)))


def ignored(connection: Connection) -> set[str]:
    """Return the labels, folded, that are not to be proposed."""
    return set(connection.scalars(select(ignored_labels.c.label)))
