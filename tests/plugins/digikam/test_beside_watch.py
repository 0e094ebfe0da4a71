"""``tagwright digikam sync`` beside the watch daemon, on the same collection and the same state."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.adapters.digikam.making import add_root, make_database, make_settings
from tests.plugins.fork_server import Ended
from tests.plugins.watch.living.conftest import Watched, watched
from tests.plugins.watch.living.waiting import wait_until

__all__ = ["watched"]

SWITCHES = ("[Metadata Settings]", "Rescan File If Modified=true", "Save Tags=true")


def test_nothing_is_done_twice(watched: Watched, tmp_path: Path) -> None:
    """Each photo is in one hand, is asked about and written once; who comes second says so.

    digiKam's database is in WAL mode, as a running digiKam 8 has it.
    """
    tags = ((10, 0, "Animals"), (11, 10, "Cat"))
    database = make_database(tmp_path / "digikam4.db", *tags, wal=True)
    add_root(database, f"volumeid:?path={watched.folder}")
    rc = make_settings(tmp_path / "digikamrc", str(tmp_path), "QSQLITE", *SWITCHES)
    watched.configure(f'taxonomy = "digikam:{rc}"')
    sync = ("digikam", "sync", "--database", str(rc), "--json")
    early = [watched.put(f"{number}.jpg") for number in range(4)]
    watched.model.open.clear()
    with watched.living() as daemon:
        wait_until(lambda: watched.model.asked)  # the daemon has them in hand
        met = summary(watched.run(*sync))
        assert (met["elsewhere"], met["queued"], met["asked"]) == (len(early), 0, 0)
        watched.model.open.set()
        late = [watched.put(f"1{number}.jpg") for number in range(4)]
        assert watched.run(*sync).returncode == 0  # whoever sees them first
        photos = [*early, *late]
        wait_until(lambda: len(watched.tagged()) == len(photos))
        before = [photo.stat().st_mtime_ns for photo in photos]
        again = summary(watched.run(*sync))
        assert watched.end(daemon) == 0
    assert (again["unchanged"], again["tagged"], again["asked"]) == (len(photos), 0, 0)
    assert list(watched.model.shown.values()) == [1] * len(photos)
    assert [photo.stat().st_mtime_ns for photo in photos] == before


def summary(done: Ended) -> dict[str, Any]:
    """Return the last object of a command that did well."""
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
