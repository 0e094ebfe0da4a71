"""Services that have asked to be left alone, so that a new process does not ask them either."""

from __future__ import annotations

import time

from sqlalchemy import Connection, delete, insert, select

from tagwright.state.schema import pauses


def keep(connection: Connection, service: str, seconds: float, reason: str) -> None:
    """Remember that a service wants no requests for a while."""
    forget(connection, service)
    values = {"service": service, "until": time.time() + seconds, "reason": reason}
    connection.execute(insert(pauses), values)


def find(connection: Connection, service: str) -> tuple[float, str] | None:
    """Return for how many seconds it is still to be left alone, and why; None: it is not."""
    row = connection.execute(select(pauses).where(pauses.c.service == service)).first()
    if row is None or row.until <= time.time():
        return None
    return row.until - time.time(), row.reason


def forget(connection: Connection, service: str) -> None:
    """Note that a service may be asked."""
    connection.execute(delete(pauses).where(pauses.c.service == service))
