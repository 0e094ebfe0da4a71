"""What is known of the assets of some folders, for a comparison with what is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, false, func, select

from tagwright.ports import Listing
from tagwright.state.schema import assets, folders, runs

_FEW = 500  # assets that are looked up by name rather than with all of their folder

_OF_FOLDER = folders.c.id == assets.c.folder_id
_IN_FOLDERS = (folders.c.library == bindparam("library")) & folders.c.path.in_(
    bindparam("paths", expanding=True)
)
_SETTLED = select(folders.c.path, folders.c.listing).where(
    _IN_FOLDERS & (folders.c.goal == bindparam("goal"))
)
_REACHED = (
    select(folders.c.path, assets.c.name, assets.c.size, assets.c.modified)
    .join(folders, _OF_FOLDER)
    .where(_IN_FOLDERS & (assets.c.status == "done") & (assets.c.goal == bindparam("goal")))
)
_NAMED = assets.c.name.in_(bindparam("names", expanding=True))
_REACHED_NAMED = _REACHED.where(_NAMED)
_KNOWN = select(
    *(assets.c.id, assets.c.name, assets.c.size, assets.c.modified, assets.c.status, assets.c.goal),
    *(assets.c.run_id, assets.c.attempts, assets.c.due_at),
    select(runs.c.kind).where(runs.c.id == assets.c.run_id).scalar_subquery().label("kind"),
).where(assets.c.folder_id == bindparam("folder"))
_KNOWN_NAMED = _KNOWN.where(_NAMED)


class Standing(NamedTuple):
    """How it stands with one asset."""

    status: str  # waiting, working, done, failed, gone; empty: it was never seen
    run_id: str | None = None  # that queued it last
    error: str | None = None  # of the last attempt


def standing(connection: Connection, library: str, folder: str, name: str) -> Standing:
    """Return how it stands with an asset; its reference is ``folder + name``."""
    query = (
        select(assets.c.status, assets.c.run_id, assets.c.error)
        .join(folders, folders.c.id == assets.c.folder_id)
        .where((folders.c.library == library) & (folders.c.path == folder))
        .where(assets.c.name == name)
    )
    row = connection.execute(query).first()
    return Standing("") if row is None else Standing(*row)


def settled(
    connection: Connection, library: str, listings: Sequence[Listing], goal: str
) -> dict[str, str]:
    """Return the digests of folders that were found done, by their paths."""
    paths = [listing.folder for listing in listings]
    found = connection.execute(_SETTLED, {"library": library, "paths": paths, "goal": goal})
    return {row.path: row.listing for row in found}


def reached(
    connection: Connection,
    library: str,
    listings: Sequence[Listing],
    goal: str,
    *,
    whole: bool,
) -> dict[str, Collection[tuple[str, int, int]]]:
    """Return name, size and time of the assets that have reached a goal, by folder.

    Listings that are not ``whole`` ask for no more than the assets that they name.
    """
    names = None if whole else _few(name for listing in listings for name in listing.names)
    paths = [listing.folder for listing in listings]
    if not paths:
        return {}
    values: dict[str, object] = {"library": library, "paths": paths, "goal": goal}
    if names is None:
        result = connection.execute(_REACHED, values)
    else:
        result = connection.execute(_REACHED_NAMED, values | {"names": names})
    found: dict[str, set[tuple[str, int, int]]] = {path: set() for path in paths}
    assert result.cursor is not None
    # Plain tuples straight from the driver: a million rows pass here on a large library.
    for path, name, size, modified in result.cursor.fetchall():
        found[path].add((name, size, modified))
    result.close()
    return dict(found)


def known(
    connection: Connection, folder_id: int, names: Iterable[str]
) -> dict[str, Row[*tuple[Any, ...]]]:
    """Return the rows of a folder's assets by name: of these at least."""
    few = _few(names)
    query, more = (_KNOWN, {}) if few is None else (_KNOWN_NAMED, {"names": few})
    return {row.name: row for row in connection.execute(query, {"folder": folder_id, **more})}


def short(  # noqa: PLR0917 - a place, a goal, and which portion
    connection: Connection, library: str, goal: str, kinds: Collection[str], after: int, most: int
) -> tuple[int, Sequence[Listing]]:
    """Return a portion of the assets that are short of a goal, by folder, as they were last seen.

    What runs of other ``kinds`` ended or never began is left out. ``after`` is what the portion
    before gave back, 0 for the first; an empty one is the last.
    """
    columns = assets.c.id, folders.c.path, assets.c.name, assets.c.size, assets.c.modified
    reached = (assets.c.status == "done") & (assets.c.goal == goal)
    is_short = ~func.coalesce(reached, false()) & (assets.c.status != "gone")
    query = (
        select(*columns)
        .join(folders, _OF_FOLDER)
        .where((folders.c.library == library) & (assets.c.id > after) & is_short)
        .where(_wanted(kinds) | ((assets.c.status == "waiting") & assets.c.goal.is_not(None)))
        .order_by(assets.c.id)
        .limit(most)
    )
    found: dict[str, list[tuple[str, int, int]]] = {}
    for row in connection.execute(query):
        after = row.id
        found.setdefault(row.path, []).append((row.name, row.size, row.modified))
    return after, [Listing.of(path, entries) for path, entries in found.items()]


def among(
    connection: Connection, library: str, references: Collection[str], kinds: Collection[str]
) -> frozenset[str]:
    """Return those of some references without a folder that are known.

    What only runs of other ``kinds`` wanted, and never began, is not.
    """
    ended = (assets.c.status != "waiting") | assets.c.goal.is_not(None)
    query = _named(library).where(ended | _wanted(kinds))
    return frozenset(connection.scalars(query, {"names": list(references)}))


def count_reached(connection: Connection, library: str, goal: str) -> int:
    """Return how many assets of a library have reached a goal."""
    query = select(func.count()).select_from(assets).join(folders, _OF_FOLDER)
    reached = (assets.c.status == "done") & (assets.c.goal == goal)
    return connection.scalar(query.where((folders.c.library == library) & reached)) or 0


def waiting(
    connection: Connection, library: str, references: Collection[str], kind: str
) -> frozenset[str]:
    """Return those of some references without a folder that wait for runs of a kind."""
    waits = (assets.c.status == "waiting") & assets.c.run_id.in_(_of((kind,)))
    return frozenset(connection.scalars(_named(library).where(waits), {"names": list(references)}))


def _named(library: str) -> Select[tuple[str]]:
    return (
        select(assets.c.name)
        .join(folders, _OF_FOLDER)
        .where((folders.c.library == library) & (folders.c.path == ""))
        .where(_NAMED)
    )


def _wanted(kinds: Collection[str]) -> ColumnElement[bool]:
    """Say that an asset is wanted by a run of these kinds, or one of them had it last."""
    return func.coalesce(assets.c.run_id.in_(_of(kinds)), false())


def _of(kinds: Collection[str]) -> Select[tuple[str]]:
    return select(runs.c.id).where(runs.c.kind.in_(kinds))


def _few(names: Iterable[str]) -> list[str] | None:
    """Return names to ask for by themselves; None: they are so many that all are asked for."""
    found = list(islice(names, _FEW + 1))
    return found if len(found) <= _FEW else None
