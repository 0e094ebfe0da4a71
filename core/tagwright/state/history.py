"""Everything that is on record of one photo, in the order of time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, RowMapping, func, select

from tagwright.model import AssetRef
from tagwright.state import reversals
from tagwright.state.reversals import STANDS
from tagwright.state.schema import (
    answers,
    assets,
    calls,
    extras,
    folders,
    ledger,
    observations,
    receipts,
    rejections,
    runs,
    suggestions,
)

_BILLION = 1_000_000_000
_ORDER = ("known as", "seen", "asked", "said", "decided", "failed")  # at the same moment


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a photo."""

    at: float | None  # s since the epoch; None: before all that is on record
    kind: str  # "seen", "asked", "said", "decided", "wrote", "undid", "rejected", …
    run: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """An asset of the state that is, or was, the photo in question."""

    id: int
    ref: AssetRef
    content_key: str | None
    status: str


def assets_of(connection: Connection, ref: AssetRef, content_key: str | None) -> list[Known]:
    """Return the asset at a place first, then all others that show the same picture."""
    place = folders.c.path + assets.c.name
    query = (
        select(assets.c.id, place.label("place"), assets.c.content_key, assets.c.status)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(folders.c.library == ref.library)
        .order_by(assets.c.id)
    )
    folder, slash, name = ref.reference.rpartition("/")
    here = (folders.c.path == folder + slash) & (assets.c.name == name)
    found = [_known(row, ref.library) for row in connection.execute(query.where(here)).mappings()]
    key = content_key or (found[0].content_key if found else None)
    if key is None:
        return found
    rows = connection.execute(query.where(assets.c.content_key == key)).mappings()
    return found + [one for row in rows if (one := _known(row, ref.library)) not in found]


def events(connection: Connection, known: Collection[Known]) -> list[Event]:
    """Return what happened to these assets, which are one photo; the earliest first."""
    ids = [one.id for one in known]
    keys = {one.content_key for one in known if one.content_key}
    found = [
        *_names(known),
        *_seen(connection, ids),
        *_asked(connection, ids),
        *_said(connection, keys),
        *_decided(connection, ids, keys),
        *_wrote(connection, ids),
        *_people(connection, ids, keys),
        *_failed(connection, ids),
    ]
    return sorted(found, key=_when)


def _when(event: Event) -> tuple[float, int]:
    order = _ORDER.index(event.kind) if event.kind in _ORDER else len(_ORDER)
    return (event.at or 0.0, order)


def _names(known: Collection[Known]) -> Iterator[Event]:
    for one in known:
        yield Event(None, "known as", None, {"path": str(one.ref), "status": one.status})


def _seen(connection: Connection, ids: Collection[int]) -> Iterator[Event]:
    mine = [
        select(table.c.run_id).where(table.c[column].in_(ids))
        for table, column in ((assets, "id"), (calls, "asset_id"), (suggestions, "asset_id"))
    ]
    query = select(runs).where(runs.c.id.in_(mine[0].union(*mine[1:])))
    for run in connection.execute(query).mappings():
        yield Event(run["started_at"], "seen", run["id"], {"by": run["kind"]})


def _asked(connection: Connection, ids: Collection[int]) -> Iterator[Event]:
    for call in connection.execute(select(calls).where(calls.c.asset_id.in_(ids))).mappings():
        names = ("tagger", "model", "outcome", "requests", "input_tokens", "output_tokens", "host")
        cost = None if call["cost"] is None else call["cost"] / _BILLION
        details = {name: call[name] for name in names} | {"cost_usd": cost}
        yield Event(call["started_at"], "asked", call["run_id"], details)


def _said(connection: Connection, keys: Collection[str]) -> Iterator[Event]:
    query = select(answers).where(answers.c.content_key.in_(keys))
    for answer in connection.execute(query).mappings():
        labels = (
            select(observations.c.label, observations.c.confidence)
            .where(observations.c.answer_id == answer["id"])
            .order_by(observations.c.confidence.desc())
        )
        names = ("tagger", "model", "outcome", "error", "caption")
        details: dict[str, object] = {name: answer[name] for name in names}
        details["labels"] = [[row.label, row.confidence] for row in connection.execute(labels)]
        yield Event(answer["answered_at"], "said", None, details)


def _decided(
    connection: Connection, ids: Collection[int], keys: Collection[str]
) -> Iterator[Event]:
    last = select(func.max(answers.c.answered_at)).where(answers.c.content_key.in_(keys))
    answered = connection.scalar(last) or 0.0
    query = (
        select(suggestions, runs.c.started_at)
        .join(runs, runs.c.id == suggestions.c.run_id)
        .where(suggestions.c.asset_id.in_(ids))
        .order_by(suggestions.c.confidence.desc())
    )
    for row in connection.execute(query).mappings():
        names = ("concept", "confidence", "decision", "outcome", "why")
        details = {name: row[name] for name in names}
        yield Event(max(row["started_at"], answered), "decided", row["run_id"], details)


def _wrote(connection: Connection, ids: Collection[int]) -> Iterator[Event]:
    query = (
        select(receipts, runs.c.kind)
        .join(runs, runs.c.id == receipts.c.run_id)
        .where(receipts.c.asset_id.in_(ids))
        .order_by(receipts.c.id)
    )
    for row in connection.execute(query).mappings():
        kind = {"undo": "undid", "rebuilt": "found"}.get(row["kind"], "wrote")
        at = row["written_at"] or row["intended_at"]
        details = {
            "by": row["kind"],
            "target": row["target"],
            "complete": row["written_at"] is not None,
            "undone_by": row["undone_run"],
            **_effects(connection, row["id"]),
        }
        yield Event(at, kind, row["run_id"], details)


def _effects(connection: Connection, receipt_id: int) -> dict[str, object]:
    """Say what came and what went by one write."""
    turns = reversals.find(connection, receipt_id)
    if turns is not None:
        come = [turn.path for turn in turns.tags if turn.becomes == STANDS]
        gone = [turn.path for turn in turns.tags if turn.becomes != STANDS]
        given = [str(turn.extra) for turn in turns.extras if turn.becomes == STANDS]
        taken = [str(turn.extra) for turn in turns.extras if turn.becomes != STANDS]
    else:
        tags = select(ledger.c.path)
        come = list(connection.scalars(tags.where(ledger.c.receipt_id == receipt_id)))
        gone = list(connection.scalars(tags.where(ledger.c.withdrawn_by == receipt_id)))
        texts = select(extras.c.field + " " + extras.c.value)
        given = list(connection.scalars(texts.where(extras.c.receipt_id == receipt_id)))
        taken = list(connection.scalars(texts.where(extras.c.withdrawn_by == receipt_id)))
    return {
        "added": [list(path) for path in come],
        "withdrawn": [list(path) for path in gone],
        "set": given,
        "unset": taken,
    }


def _people(connection: Connection, ids: Collection[int], keys: Collection[str]) -> Iterator[Event]:
    rejected: set[str] = set()
    mine = rejections.c.asset_id.in_(ids) | rejections.c.content_key.in_(keys)
    for row in connection.execute(select(rejections).where(mine)).mappings():
        rejected.add(row["concept"])
        details = {"concept": row["concept"], "source": row["source"]}
        yield Event(row["rejected_at"], "rejected", None, details)
    gone = ledger.c.asset_id.in_(ids) & ledger.c.gone_at.is_not(None)
    query = select(ledger).where(gone & ledger.c.withdrawn_by.is_(None))
    for row in connection.execute(query).mappings():
        if row["concept"] not in rejected:
            details = {"concept": row["concept"], "path": row["path"]}
            yield Event(row["gone_at"], "left to people", None, details)
    lost = select(extras).where(extras.c.asset_id.in_(ids) & extras.c.rejected)
    for row in connection.execute(lost).mappings():
        details = {"field": row["field"], "value": row["value"], "source": "in the library"}
        yield Event(row["gone_at"], "rejected", None, details)


def _failed(connection: Connection, ids: Collection[int]) -> Iterator[Event]:
    query = (
        select(assets, runs.c.started_at)
        .outerjoin(runs, runs.c.id == assets.c.run_id)
        .where(assets.c.id.in_(ids) & assets.c.error.is_not(None))
    )
    for row in connection.execute(query).mappings():
        details = {name: row[name] for name in ("error", "error_class", "attempts")}
        yield Event(row["started_at"], "failed", row["run_id"], details)


def _known(row: RowMapping, library: str) -> Known:
    ref = AssetRef(library, row["place"])
    return Known(row["id"], ref, row["content_key"], row["status"])
