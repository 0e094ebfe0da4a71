"""How far a host was read."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from tagwright.state.schema import cursors


def find(connection: Connection, library: str, name: str) -> str | None:
    """Return the position that was kept under a name; None: none was."""
    mine = (cursors.c.library == library) & (cursors.c.name == name)
    return connection.scalar(select(cursors.c.position).where(mine))


def keep(connection: Connection, library: str, name: str, position: str) -> None:
    """Keep a position, in place of the one before."""
    mine = (cursors.c.library == library) & (cursors.c.name == name)
    connection.execute(delete(cursors).where(mine))
    values = {"library": library, "name": name, "position": position}
    connection.execute(insert(cursors).values(values))
