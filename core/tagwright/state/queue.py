"""Work: every asset ever seen, what it waits for and who has it in hand."""

from __future__ import annotations

import hashlib
import time
from array import array
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from tagwright.errors import ErrorClass, TagwrightError
from tagwright.model import AssetRef
from tagwright.ports import Entry, Listing
from tagwright.state import absences, lookups
from tagwright.state.schema import assets, folders

_MOMENT = 2.0  # s that the write of another run is waited for
LONGEST_WAIT = 3600.0  # s that anything is put off
_DEATHS = 8  # of processes that had a photo in hand, after which it is set aside
_UNFINISHED = "+"  # behind a goal that is reached for now


@dataclass(frozen=True, slots=True)
class Job:
    """An asset in our hands."""

    asset_id: int
    ref: AssetRef
    attempts: int  # earlier ones that failed


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run wants of the photos that it finds."""

    goal: str  # key of everything that decides what the tags should be
    run_id: str
    force: bool = False  # take also what is done or was set aside
    lasting: bool = False  # it goes on as long as the process: what was put off is waited for
    own: Collection[str] = ()  # kinds of runs; what others ended is left so; empty: they are alike


@dataclass(slots=True)
class Seen:
    """What a comparison of listings with the state found."""

    queued: int = 0
    unchanged: int = 0  # the goal is reached and nothing changed since
    elsewhere: int = 0  # in the hands of another process
    set_aside: int = 0  # failed for good as it is; taken up again when it changes
    gone: int = 0  # not there any more
    unsure: list[Listing] = field(default_factory=list)  # in hand, and changed since, maybe by us


_ASSET = update(assets).where(assets.c.id == bindparam("asset"))
_ENQUEUE = (
    update(assets)
    .where(assets.c.id == bindparam("asset"))
    .values(
        status="waiting",
        run_id=bindparam("run"),
        owner=None,
        size=bindparam("size_"),
        modified=bindparam("time_"),
        attempts=bindparam("tries"),
        due_at=bindparam("due"),
    )
)


def compare(
    connection: Connection,
    library: str,
    listings: Sequence[Listing],
    wish: Wish,
    *,
    whole: bool = True,
) -> Seen:
    """Queue for a run what is new, changed, or short of its goal in some folders as they are now.

    Folders come several at a time, since the round trip costs more than the rows; one that was
    found done and lists the same is passed over without looking at its assets. Listings that are
    not ``whole`` name only some of a folder's assets, and say nothing of the others. For a run that
    lasts, an empty one means that the folder holds none any more.
    """
    seen = Seen()
    if whole and wish.lasting:
        empty = [listing.folder for listing in listings if not listing]
        seen.gone += sum(absences.empty(connection, library, folder) for folder in empty)
    listings = [listing for listing in listings if listing]
    settled = {} if wish.force else lookups.settled(connection, library, listings, wish.goal)
    digests = {listing.folder: _digest(listing) for listing in listings}
    open_ones = [one for one in listings if settled.get(one.folder) != digests[one.folder]]
    there = (
        {}
        if wish.force
        else lookups.reached(connection, library, open_ones, wish.goal, whole=whole)
    )
    for listing in open_ones:
        reached = there.get(listing.folder, frozenset())
        entries = [entry for entry in listing.entries if entry not in reached]
        folder_id = _folder(connection, library, listing.folder)
        if entries and (unsure := _sort_out(connection, folder_id, entries, wish, seen)):
            seen.unsure.append(Listing.of(listing.folder, unsure))
        if whole and wish.lasting:
            seen.gone += absences.settle(connection, folder_id, listing.names)
        if entries or whole:
            done = None if entries else (wish.goal, digests[listing.folder])
            _settle(connection, folder_id, done)
        seen.unchanged -= len(entries)
    seen.unchanged += sum(map(len, listings))
    return seen


def _digest(listing: Listing) -> str:
    digest = hashlib.blake2b("\0".join(listing.names).encode(), digest_size=12)
    digest.update(array("q", listing.sizes))
    digest.update(array("q", listing.times))
    return digest.hexdigest()


def _settle(connection: Connection, folder_id: int, done: tuple[str, str] | None) -> None:
    goal, listing = done or (None, None)
    connection.execute(
        update(folders).where(folders.c.id == folder_id).values(goal=goal, listing=listing)
    )


def _folder(connection: Connection, library: str, path: str) -> int:
    where = (folders.c.library == library) & (folders.c.path == path)
    found = connection.scalar(select(folders.c.id).where(where))
    if found is not None:
        return int(found)
    result = connection.execute(insert(folders).values(library=library, path=path))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def _sort_out(
    connection: Connection, folder_id: int, entries: Sequence[Entry], wish: Wish, seen: Seen
) -> list[Entry]:
    """Queue what is to be queued; return what is in hand and differs from when it was queued."""
    unsure: list[Entry] = []
    known = lookups.known(connection, folder_id, (entry.name for entry in entries))
    new: list[dict[str, object]] = []
    again: list[dict[str, object]] = []
    for entry in entries:
        row = known.get(entry.name)
        if row is None:
            new.append({"folder_id": folder_id, "run_id": wish.run_id, **entry._asdict()})
            continue
        same = row.size == entry.size and row.modified == entry.modified
        if row.status == "working":
            seen.elsewhere += 1
            unsure += [] if same else [entry]
        elif same and not wish.force and row.status == "failed" and row.goal in {wish.goal, None}:
            seen.set_aside += 1
        elif same and row.status == "waiting" and row.run_id == wish.run_id:
            continue  # it is queued already
        elif same and row.status == "done" and wish.own and row.kind not in wish.own:
            seen.unchanged += 1
        else:
            put_off = wish.lasting and same and row.status == "waiting"
            again.append(
                {
                    "asset": row.id,
                    "run": wish.run_id,
                    "size_": entry.size,
                    "time_": entry.modified,
                    "tries": row.attempts if put_off else 0,
                    "due": row.due_at if put_off else min(row.due_at, time.time()),
                }
            )
    seen.queued += len(new) + len(again)
    if new:
        connection.execute(insert(assets).values(status="waiting"), new)
    if again:
        connection.execute(_ENQUEUE, again)
    return unsure


def lease(connection: Connection, run_id: str, owner: str, limit: int) -> list[Job]:
    """Take work that is due, the longest due first; it stays ours until we let it go or die."""
    now = time.time()
    # What is due later than anything is ever put off was put off before the clock was set back.
    when = (assets.c.due_at <= now) | (assets.c.due_at > now + 2 * LONGEST_WAIT)
    due = (assets.c.run_id == run_id) & (assets.c.status == "waiting") & when
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


def next_due(connection: Connection, run_id: str) -> float | None:
    """Return when the next work of a run is due, in seconds since the epoch; None: none is left."""
    waiting = (assets.c.run_id == run_id) & (assets.c.status == "waiting")
    due: float | None = connection.scalar(select(func.min(assets.c.due_at)).where(waiting))
    return due


def release(connection: Connection, asset_ids: list[int], run_id: str | None = None) -> None:
    """Put work back as it was, for a run to go on with; None: for the next one to take up."""
    connection.execute(
        update(assets)
        .where(assets.c.id.in_(asset_ids) & (assets.c.status == "working"))
        .values(status="waiting", owner=None, run_id=run_id)
    )


def reclaim(connection: Connection, is_alive: Callable[[str], bool]) -> int:
    """Free what dead processes had in hand; return how many photos that were.

    They go to the end of the queue: should one of them be the cause, the others come first. Those
    that several processes died over are put off, for longer each time, and set aside at last.
    """
    held = select(assets.c.owner).where(assets.c.status == "working").distinct()
    dead = [owner for owner in connection.scalars(held) if owner and not is_alive(owner)]
    if not dead:
        return 0
    where = assets.c.owner.in_(dead) & (assets.c.status == "working")
    rows = connection.execute(select(assets.c.id, assets.c.attempts).where(where)).all()
    for row in rows:
        connection.execute(_ASSET, {"asset": row.id, **_freed(row.attempts + 1)})
    return len(rows)


def _freed(deaths: int) -> dict[str, object]:
    freed = {"owner": None, "attempts": deaths}
    if deaths < _DEATHS:
        wait = min(2.0**deaths, LONGEST_WAIT) if deaths > _DEATHS // 2 else 0.0
        return freed | {"status": "waiting", "due_at": time.time() + wait}
    error = f"Tagwright ended {deaths} times while it worked on this photo."
    # Without a goal: it stays set aside under any settings, until it changes.
    return freed | {"status": "failed", "goal": None, "error": error, "error_class": "permanent"}


def find(connection: Connection, ref: AssetRef) -> int | None:
    """Return our identifier of an asset, if it was ever seen."""
    folder, separator, name = ref.reference.rpartition("/")
    query = (
        select(assets.c.id)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where(folders.c.library == ref.library)
        .where(folders.c.path == folder + separator)
        .where(assets.c.name == name)
    )
    return connection.execute(query).scalar()


def enter(connection: Connection, ref: AssetRef, size: int, modified: int) -> int:
    """Return our identifier of an asset; one that was never seen waits for the next run."""
    known = find(connection, ref)
    if known is not None:
        return known
    folder, slash, name = ref.reference.rpartition("/")
    folder_id = _folder(connection, ref.library, folder + slash)
    values = {"folder_id": folder_id, "name": name, "size": size, "modified": modified}
    key = connection.execute(insert(assets).values(status="waiting", **values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def set_content_key(connection: Connection, asset_id: int, key: str) -> None:
    """Remember the key of the picture."""
    connection.execute(_ASSET, {"asset": asset_id, "content_key": key})


def done(
    connection: Connection,
    asset_id: int,
    goal: str,
    size: int,
    modified: int,
    *,
    finished: bool = True,
) -> None:
    """Record that an asset reached its goal, with its size and time after our own write.

    One that is not ``finished`` is taken up again by the next run, as somebody is yet to be asked.
    """
    values = {
        "status": "done",
        "goal": goal if finished else goal + _UNFINISHED,
        "size": size,
        "modified": modified,
        "owner": None,
        "attempts": 0,
        "due_at": 0,
        "error": None,
        "error_class": None,
    }
    connection.execute(_ASSET, {"asset": asset_id, **values})


def passed(connection: Connection, asset_id: int, goal: str) -> None:
    """Record that an asset is to stay as it is, with size and time as they were listed."""
    values = {"status": "done", "goal": goal, "owner": None, "attempts": 0, "due_at": 0}
    connection.execute(_ASSET, {"asset": asset_id, **values, "error": None, "error_class": None})


def look_again(connection: Connection, asset_id: int) -> None:
    """Have the next run take an asset up, though it lists as it did."""
    mine = assets.c.id == asset_id
    connection.execute(update(assets).where(mine).values(goal=None))
    its = folders.c.id == select(assets.c.folder_id).where(mine).scalar_subquery()
    connection.execute(update(folders).where(its).values(goal=None, listing=None))


def let_be(connection: Connection, asset_id: int) -> None:
    """Take an asset as finished: a person took back what was written, and it is to stay so."""
    reached = func.rtrim(assets.c.goal, _UNFINISHED)
    connection.execute(update(assets).where(assets.c.id == asset_id).values(goal=reached))


def set_down(connection: Connection, asset_id: int, run_id: str | None) -> None:
    """Leave a leased asset to another run, which writes to it: one that was done is done.

    Else ``run_id`` goes on with it in a moment; None: the next run does.
    """
    status = case((assets.c.goal.is_(None), "waiting"), else_="done")
    due = time.time() + _MOMENT
    values = {"status": status, "owner": None, "run_id": run_id, "due_at": due}
    connection.execute(update(assets).where(assets.c.id == asset_id).values(values))


def rewritten(connection: Connection, asset_id: int, size: int, modified: int) -> None:
    """Record size and time of an asset after a write of ours that was no visit."""
    where = assets.c.id == asset_id
    connection.execute(update(assets).where(where).values(size=size, modified=modified))


def failed(
    connection: Connection,
    job: Job,
    error: TagwrightError,
    goal: str,
    *,
    again_in: float | None = None,
) -> None:
    """Record a failure: what may pass is tried again, all else is set aside.

    ``again_in`` is after how many seconds the same run tries it; None: the next run does.
    """
    set_aside = error.error_class is ErrorClass.PERMANENT
    leaves = set_aside or again_in is not None
    connection.execute(
        update(assets)
        .where(assets.c.id == job.asset_id)
        .values(
            status="failed" if set_aside else "waiting",
            goal=goal if set_aside else assets.c.goal,
            owner=None,
            run_id=assets.c.run_id if leaves else None,
            due_at=time.time() + (again_in or 0.0),
            attempts=job.attempts + 1,
            error=str(error),
            error_class=error.error_class.value,
        )
    )
