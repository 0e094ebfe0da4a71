"""What calls to vision services have cost: sums by day, run, model, album or tagger."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, select

from tagwright.state.schema import assets, calls, folders
from tagwright.state.spending import NANO

By: TypeAlias = Literal["day", "run", "model", "album", "tagger"]

_MADE = calls.c.requests > 0  # others were answered on this machine, or came to nobody
_OPEN = calls.c.ended_at.is_(None)
_GROUPS: dict[By, ColumnElement[str]] = {
    # SQLite's own; another database has another function for the user's days.
    "day": func.date(calls.c.started_at, "unixepoch", "localtime"),
    "run": calls.c.run_id,
    "model": func.coalesce(calls.c.model, ""),
    "album": case((folders.c.path == "", folders.c.library), else_=func.rtrim(folders.c.path, "/")),
    "tagger": calls.c.tagger,
}
_SUMS = (
    func.count(calls.c.asset_id.distinct()).label("photos"),
    func.coalesce(func.sum(calls.c.requests), 0).label("requests"),
    func.coalesce(func.sum(calls.c.input_tokens), 0).label("input_tokens"),
    func.coalesce(func.sum(calls.c.output_tokens), 0).label("output_tokens"),
    func.coalesce(func.sum(calls.c.cost), 0).label("cost"),
    func.count().filter(calls.c.cost.is_(None) & ~_OPEN).label("unknown"),
    func.count().filter(_OPEN).label("open"),
    func.coalesce(func.sum(calls.c.reserved).filter(calls.c.cost.is_(None)), 0).label("aside"),
)


@dataclass(frozen=True, slots=True)
class Costs:
    """What some calls took together."""

    key: str  # day, run, model ("" where none answered), folder or tagger; "" of a total
    photos: int
    requests: int
    input_tokens: int
    output_tokens: int
    cost: Decimal  # US dollars, as far as it is known
    unknown: int  # calls that ended, and whose cost is not known
    open: int  # calls that are under way, or that a crash has cut short
    aside: Decimal  # US dollars that those two may have cost at most, as far as that is known


def total(connection: Connection, since: float = 0.0) -> Costs:
    """Return what all calls took that began at or after a time, in seconds since the epoch."""
    query = select(*_SUMS).where(_MADE & (calls.c.started_at >= since))
    return _costs("", connection.execute(query).mappings().one())


def of_run(connection: Connection, run_id: str) -> Costs:
    """Return what the calls of one run took."""
    query = select(*_SUMS).where(_MADE & (calls.c.run_id == run_id))
    return _costs(run_id, connection.execute(query).mappings().one())


def grouped(connection: Connection, by: By, since: float = 0.0) -> list[Costs]:
    """Return the same apart, in the order of days and runs, of all others the dearest first."""
    key = _GROUPS[by].label("key")
    rows = select(key, *_SUMS).where(_MADE & (calls.c.started_at >= since)).group_by(key)
    if by == "album":
        places = calls.join(assets, assets.c.id == calls.c.asset_id).join(
            folders, folders.c.id == assets.c.folder_id
        )
        rows = rows.select_from(places)
    if by in ("day", "run"):
        rows = rows.order_by(key)
    else:
        rows = rows.order_by(func.coalesce(func.sum(calls.c.cost), 0).desc(), key)
    return [_costs(str(row["key"]), row) for row in connection.execute(rows).mappings()]


def _costs(key: str, row: RowMapping) -> Costs:
    return Costs(
        key,
        photos=int(row["photos"]),
        requests=int(row["requests"]),
        input_tokens=int(row["input_tokens"]),
        output_tokens=int(row["output_tokens"]),
        cost=Decimal(int(row["cost"])) / NANO,
        unknown=int(row["unknown"]),
        open=int(row["open"]),
        aside=Decimal(int(row["aside"])) / NANO,
    )
