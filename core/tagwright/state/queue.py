"""Work: every asset ever seen, what it waits for and who has it in hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, insert, select, update

from tagwright.errors import ErrorClass, TagwrightError
from tagwright.model import AssetRef
from tagwright.ports import Entry, Listing
from tagwright.state.schema import assets, folders


@dataclass(frozen=True, slots=True)
class Job:
    """An asset in our hands."""

    asset_id: int
    ref: AssetRef
    attempts: int  # earlier ones that failed


@dataclass(slots=True)
class Seen:
    """What a comparison of a listing with the state found."""

    queued: int = 0
    unchanged: int = 0  # the goal is reached and nothing changed since
    elsewhere: int = 0  # in the hands of another process
    set_aside: int = 0  # failed for good as it is; taken up again when it changes


# One statement of plain text columns: this runs for every folder of every scan.
_KNOWN = select(
    assets.c.name, assets.c.size, assets.c.modified, assets.c.status, assets.c.goal, assets.c.id
).where(assets.c.folder_id == bindparam("folder"))

_ENQUEUE = (
    update(assets)
    .where(assets.c.id == bindparam("asset"))
    .values(
        status="waiting",
        run_id=bindparam("run"),
        owner=None,
        size=bindparam("new_size"),
        modified=bindparam("new_modified"),
    )
)
_RESET = {"content_key": None, "attempts": 0, "error": None, "error_class": None, "due_at": 0}


def compare(
    connection: Connection, library: str, listing: Listing, goal: str, run_id: str, *, force: bool
) -> Seen:
    """Queue for a run what is new, changed, or short of its goal.

    Args:
        connection: A transaction.
        library: Name of the library that the listing comes from.
        listing: One folder as it is now.
        goal: Key of everything that decides what the tags should be.
        run_id: The run that shall do the work.
        force: Queue also what is done or set aside.
    """
    folder_id = _folder(connection, library, listing.folder)
    known = {row[0]: row for row in connection.execute(_KNOWN, {"folder": folder_id})}
    seen = Seen()
    new: list[Entry] = []
    again: list[dict[str, object]] = []
    changed: list[int] = []
    for entry in listing.entries:
        row = known.get(entry.name)
        if row is None:
            new.append(entry)
            continue
        same = row[1] == entry.size and row[2] == entry.modified
        status = row[3]
        if status == "working":
            seen.elsewhere += 1
            continue
        if same and not force and status in ("done", "failed") and row[4] == goal:
            if status == "done":
                seen.unchanged += 1
            else:
                seen.set_aside += 1
            continue
        if not same or force:
            changed.append(row[5])
        again.append(
            {"asset": row[5], "run": run_id, "new_size": entry.size, "new_modified": entry.modified}
        )
    seen.queued = len(new) + len(again)
    _insert(connection, folder_id, run_id, new)
    if again:
        connection.execute(_ENQUEUE, again)
    if changed:
        for start in range(0, len(changed), 500):
            batch = changed[start : start + 500]
            connection.execute(update(assets).where(assets.c.id.in_(batch)).values(_RESET))
    return seen


def _folder(connection: Connection, library: str, path: str) -> int:
    where = (folders.c.library == library) & (folders.c.path == path)
    found = connection.scalar(select(folders.c.id).where(where))
    if found is not None:
        return int(found)
    result = connection.execute(insert(folders).values(library=library, path=path))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def _insert(connection: Connection, folder_id: int, run_id: str, entries: list[Entry]) -> None:
    if not entries:
        return
    connection.execute(
        insert(assets),
        [
            {
                "folder_id": folder_id,
                "name": entry.name,
                "size": entry.size,
                "modified": entry.modified,
                "status": "waiting",
                "run_id": run_id,
            }
            for entry in entries
        ],
    )


def lease(connection: Connection, run_id: str, owner: str, limit: int) -> list[Job]:
    """Take work that is due, the longest due first; it stays ours until we let it go or die."""
    due = (
        (assets.c.run_id == run_id)
        & (assets.c.status == "waiting")
        & (assets.c.due_at <= time.time())
    )
    query = (
        select(assets.c.id, folders.c.library, folders.c.path, assets.c.name, assets.c.attempts)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(due)
        .order_by(assets.c.due_at, assets.c.id)
        .limit(limit)
    )
    jobs = [
        Job(int(row.id), AssetRef(row.library, row.path + row.name), int(row.attempts))
        for row in connection.execute(query)
    ]
    if jobs:
        connection.execute(
            update(assets)
            .where(assets.c.id.in_([job.asset_id for job in jobs]))
            .values(status="working", owner=owner)
        )
    return jobs


def release(connection: Connection, asset_ids: list[int]) -> None:
    """Put work back as it was, for the next run to take up."""
    connection.execute(
        update(assets)
        .where(assets.c.id.in_(asset_ids) & (assets.c.status == "working"))
        .values(status="waiting", owner=None, run_id=None)
    )


def reclaim(connection: Connection, is_alive: Callable[[str], bool]) -> int:
    """Free what dead processes had in hand; return how many photos that were."""
    held = select(assets.c.owner).where(assets.c.status == "working").distinct()
    dead = [owner for owner in connection.scalars(held) if owner and not is_alive(owner)]
    if not dead:
        return 0
    where = assets.c.owner.in_(dead) & (assets.c.status == "working")
    return connection.execute(
        update(assets).where(where).values(status="waiting", owner=None)
    ).rowcount


def set_content_key(connection: Connection, asset_id: int, key: str) -> None:
    """Remember the key of the picture."""
    connection.execute(update(assets).where(assets.c.id == asset_id).values(content_key=key))


def done(connection: Connection, asset_id: int, goal: str, size: int, modified: int) -> None:
    """Record that an asset reached its goal, with its size and time after our own write."""
    connection.execute(
        update(assets)
        .where(assets.c.id == asset_id)
        .values(
            status="done",
            goal=goal,
            size=size,
            modified=modified,
            owner=None,
            attempts=0,
            due_at=0,
            error=None,
            error_class=None,
        )
    )


def failed(connection: Connection, job: Job, error: TagwrightError, goal: str) -> None:
    """Record a failure: what may pass is left to the next run, all else is set aside."""
    set_aside = error.error_class is ErrorClass.PERMANENT
    connection.execute(
        update(assets)
        .where(assets.c.id == job.asset_id)
        .values(
            status="failed" if set_aside else "waiting",
            goal=goal if set_aside else assets.c.goal,
            owner=None,
            run_id=assets.c.run_id if set_aside else None,
            attempts=job.attempts + 1,
            error=str(error),
            error_class=error.error_class.value,
        )
    )


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of assets by status."""
    query = select(assets.c.status, func.count()).group_by(assets.c.status)
    return {str(status): int(count) for status, count in connection.execute(query)}


def troubled(connection: Connection, limit: int) -> list[tuple[AssetRef, str, str]]:
    """Return assets with an error: reference, status and message."""
    query = (
        select(folders.c.library, folders.c.path, assets.c.name, assets.c.status, assets.c.error)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(assets.c.error.is_not(None))
        .order_by(assets.c.id)
        .limit(limit)
    )
    return [
        (AssetRef(row.library, row.path + row.name), row.status, row.error)
        for row in connection.execute(query)
    ]
