"""The database opens, migrates, refuses what it cannot use, and says why."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from tagwright.errors import StateError
from tagwright.state import Database
from tagwright.state.database import HEAD
from tagwright.state.migrations import configuration, upgrade
from tagwright.state.schema import metadata


def test_head_is_the_newest_migration() -> None:
    """The constant that saves importing Alembic at every start is kept in step."""
    assert ScriptDirectory.from_config(configuration()).get_current_head() == HEAD


def test_migrations_lead_to_the_schema_that_a_new_database_has(tmp_path: Path) -> None:
    """Old databases and new ones have the tables that the code declares."""
    Database(tmp_path / "new.db").close()
    migrated = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    upgrade(migrated)
    new = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
    for engine in (migrated, new):
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, metadata) == []
            assert context.get_current_revision() == HEAD
        engine.dispose()


def test_a_migration_keeps_what_is_there(tmp_path: Path) -> None:
    """A database of the first schema, with rows that refer to each other, is carried over."""
    path = tmp_path / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    upgrade(engine, "0001")
    with engine.begin() as connection:
        for statement in _OLD_ROWS:
            connection.exec_driver_sql(statement)
    engine.dispose()
    database = Database(path)
    with database.begin() as connection:
        assert connection.exec_driver_sql("SELECT key, family FROM recipes").all() == [("r", "r")]
        assert connection.exec_driver_sql("SELECT concept FROM ledger").all() == [("cat",)]
        assert connection.exec_driver_sql("SELECT * FROM visit_answers").all() == [(1, 2, "")]
        assert connection.exec_driver_sql("SELECT * FROM extras").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    database.close()


_OLD_ROWS = (
    "INSERT INTO runs VALUES ('run', 'tag', 'done', 'me', 1, 2, '{}', '{}')",
    "INSERT INTO folders VALUES (1, 'files', '/p/', NULL, NULL)",
    (
        "INSERT INTO assets"
        " (id, folder_id, name, size, modified, content_key, status, attempts, due_at)"
        " VALUES (1, 1, 'a.jpg', 9, 9, 'k', 'done', 0, 0)"
    ),
    "INSERT INTO recipes VALUES ('r', '{}')",
    "INSERT INTO answers VALUES (1, 'k', 'r', '', 't', 'm', 'answered', NULL, NULL, NULL, 1)",
    "INSERT INTO answers VALUES (2, 'k', 'r', 'f', 't', 'm', 'answered', NULL, NULL, NULL, 2)",
    "INSERT INTO receipts VALUES (1, 'run', 1, '/p/a.jpg', x'00', 9, 9, 1, 2, NULL)",
    "INSERT INTO ledger VALUES (1, 'cat', 1, '[\"Cat\"]', 0.9, 't', NULL)",
)


def test_two_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    """Both find it ready."""
    code = (
        "import sys; from pathlib import Path; from tagwright.state import Database;"
        "Database(Path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "t.db")]
    started = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]


def test_opening_twice_keeps_everything(tmp_path: Path) -> None:
    """A second opening finds what the first one stored."""
    first = Database(tmp_path / "t.db")
    with first.begin() as connection:
        connection.exec_driver_sql("INSERT INTO recipes (key, content) VALUES ('k', '{}')")
    first.close()
    second = Database(tmp_path / "t.db")
    with second.begin() as connection:
        assert connection.exec_driver_sql("SELECT key FROM recipes").scalar() == "k"
    second.close()


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    """What goes wrong in the middle is rolled back as a whole."""
    database = Database(tmp_path / "t.db")

    def work() -> None:
        with database.begin() as connection:
            connection.exec_driver_sql("INSERT INTO recipes (key, content) VALUES ('k', '{}')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    with database.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM recipes").scalar() == 0
    database.close()


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    """A database of a later version is left alone, with the cure named."""
    Database(tmp_path / "t.db").close()
    with sqlite3.connect(tmp_path / "t.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(StateError, match=r"newer Tagwright.*Update"):
        Database(tmp_path / "t.db")


def test_rubbish_is_refused(tmp_path: Path) -> None:
    """A file that is no database gives a clear error and stays as it is."""
    (tmp_path / "t.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StateError, match="not a database"):
        Database(tmp_path / "t.db")
    assert (tmp_path / "t.db").read_bytes().startswith(b"no database")


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    """A file where the state directory should be is said so."""
    (tmp_path / "state").write_text("a file")
    with pytest.raises(StateError, match="TAGWRIGHT_STATE"):
        Database(tmp_path / "state" / "t.db")
