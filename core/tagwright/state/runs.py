"""Runs: one batch under one frozen configuration."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from tagwright.errors import ConfigurationError
from tagwright.state.schema import assets, receipts, runs


@dataclass(frozen=True, slots=True)
class Run:
    """One batch, as remembered."""

    id: str
    kind: str
    status: str
    started_at: float  # seconds since the epoch
    ended_at: float | None
    tally: Mapping[str, object]


def begin(
    connection: Connection, kind: str, owner: str, configuration: Mapping[str, object]
) -> str:
    """Start a run and return its identifier: sortable by time, short enough to type."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    run_id = f"{stamp}-{secrets.token_hex(2)}"
    connection.execute(
        insert(runs).values(
            id=run_id,
            kind=kind,
            status="running",
            owner=owner,
            started_at=time.time(),
            configuration=dict(configuration),
        )
    )
    return run_id


def end(connection: Connection, run_id: str, status: str, tally: Mapping[str, object]) -> None:
    """Close a run as ``done``, ``interrupted`` or ``stopped`` (by an error)."""
    connection.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(status=status, ended_at=time.time(), tally=dict(tally))
    )


def forget(connection: Connection, run_id: str) -> None:
    """Remove a run that did nothing and wanted nothing."""
    connection.execute(delete(runs).where(runs.c.id == run_id))


def close_dead(connection: Connection, is_alive: Callable[[str], bool]) -> None:
    """Mark the runs of processes that died without ending them."""
    still = select(runs.c.id, runs.c.owner).where(runs.c.status == "running")
    for run_id, owner in connection.execute(still).all():
        if not is_alive(owner):
            connection.execute(update(runs).where(runs.c.id == run_id).values(status="killed"))


def recent(connection: Connection, limit: int) -> list[Run]:
    """Return the newest runs first."""
    query = select(runs).order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(limit)
    return [_run(row) for row in connection.execute(query).mappings()]


def find(connection: Connection, name: str) -> Run:
    """Return a run that may have written by its identifier, a unique beginning of it, or ``last``.

    ``last`` is the newest one that wrote something which nobody has taken back; where there is
    none, the newest of all. It is never an undo: that is named by its identifier.

    Raises:
        ConfigurationError: there is none, several begin so, or it is a review, whose decisions
            are taken back where they were made.
    """
    query = select(runs).where(runs.c.kind != "dry run").order_by(runs.c.started_at.desc())
    if name == "last":
        query = query.where(runs.c.kind.not_in(("undo", "rebuild", "review")))
        standing = (
            select(receipts.c.run_id)
            .join(assets, assets.c.id == receipts.c.asset_id)
            .where(receipts.c.undone_run.is_(None) & (assets.c.status != "gone"))
        )
        wrote = connection.execute(query.where(runs.c.id.in_(standing)).limit(1)).mappings().all()
        found = wrote or connection.execute(query.limit(1)).mappings().all()
    else:
        like = runs.c.id.startswith(name, autoescape=True)
        found = connection.execute(query.where(like).limit(2)).mappings().all()
        found = [row for row in found if row["id"] == name] or found
    if not found:
        msg = "there is no run." if name == "last" else f"there is no run {name!r}."
        raise ConfigurationError(msg, cure="'tagwright status' lists the runs.")
    if len(found) > 1:
        msg = f"several runs begin with {name!r}."
        raise ConfigurationError(msg, cure="Give more of the identifier.")
    if found[0]["kind"] == "review":
        msg = f"the run {found[0]['id']} is a review."
        cure = "'tagwright review --undo' takes its decisions back."
        raise ConfigurationError(msg, cure=cure)
    return _run(found[0])


def resume(
    connection: Connection, kind: str, owner: str, configuration: Mapping[str, object]
) -> str | None:
    """Take up a run that was cut short over just this work; return its identifier.

    None: there is none, or some of what it did was undone since.
    """
    undone = select(receipts.c.run_id).where(receipts.c.undone_run.is_not(None))
    cut = runs.c.status.in_(("interrupted", "killed", "stopped")) & runs.c.id.not_in(undone)
    query = select(runs).where((runs.c.kind == kind) & cut).order_by(runs.c.started_at.desc())
    for row in connection.execute(query).mappings():
        if row["configuration"] == dict(configuration):
            again = {"status": "running", "owner": owner, "ended_at": None}
            connection.execute(update(runs).where(runs.c.id == row["id"]).values(again))
            return str(row["id"])
    return None


def _run(row: RowMapping) -> Run:
    return Run(
        id=row["id"],
        kind=row["kind"],
        status=row["status"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        tally=row["tally"] or {},
    )
