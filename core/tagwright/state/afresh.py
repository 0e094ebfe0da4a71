"""Photos that are to be asked about once more, although answers are on file.

Those answers stay on file, since visits refer to them; they are only not found any more.
"""

from __future__ import annotations

from sqlalchemy import Connection, String, Table, cast, literal, update

from tagwright.state.schema import answers, calls

_MARK = "superseded "


def supersede(connection: Connection, content_key: str) -> None:
    """Let nothing that was answered or tried before count for a photo."""
    for table in (answers, calls):
        _supersede(connection, table, content_key)


def _supersede(connection: Connection, table: Table, content_key: str) -> None:
    facts = table.c.facts_key
    counts = (table.c.content_key == content_key) & ~facts.startswith(_MARK)
    new = literal(_MARK) + cast(table.c.id, String) + literal(" ") + facts
    connection.execute(update(table).where(counts).values(facts_key=new))
