"""Work is queued once, leased to one, and freed when its holder dies."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from tagwright.errors import AssetError, StorageError
from tagwright.ports import Entry, Listing
from tagwright.state import Database, attention, queue, runs
from tagwright.state.owners import Owner
from tagwright.state.queue import Job, Seen, Wish
from tagwright.state.schema import assets

GOAL = "goal"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new database."""
    opened = Database(tmp_path / "t.db")
    yield opened
    opened.close()


def _seen(database: Database, *entries: Entry, force: bool = False, goal: str = GOAL) -> Seen:
    with database.begin() as c:
        run_id = runs.begin(c, "tag", "me", {})
        wish = Wish(goal, run_id, force)
        return queue.compare(c, "files", [Listing.of("/p/", entries)], wish)


def _lease(database: Database, owner: str = "me") -> list[Job]:
    with database.begin() as c:
        newest = runs.recent(c, 1)[0].id
        return queue.lease(c, newest, owner, 100)


def _finish(database: Database, job: Job, size: int, modified: int) -> None:
    with database.begin() as c:
        queue.done(c, job.asset_id, GOAL, size, modified)


def test_new_photos_are_queued_and_leased_once(database: Database) -> None:
    """What is leased is not given to anybody else."""
    assert _seen(database, Entry("a.jpg", 1, 1), Entry("b.jpg", 1, 1)).queued == 2
    assert [job.ref.reference for job in _lease(database)] == ["/p/a.jpg", "/p/b.jpg"]
    assert _lease(database, "other") == []


def test_done_photos_are_not_queued_again(database: Database) -> None:
    """Our own write, remembered by size and time, does not look like a change."""
    _seen(database, Entry("a.jpg", 1, 1))
    _finish(database, _lease(database)[0], 5, 9)
    assert _seen(database, Entry("a.jpg", 5, 9)) == Seen(unchanged=1)


@pytest.mark.parametrize(("size", "modified"), [(6, 9), (5, 10)])
def test_changed_photos_are_queued_again(database: Database, size: int, modified: int) -> None:
    """Another size or time means that somebody else changed the file."""
    _seen(database, Entry("a.jpg", 1, 1))
    _finish(database, _lease(database)[0], 5, 9)
    assert _seen(database, Entry("a.jpg", size, modified)).queued == 1


def test_another_goal_queues_again(database: Database) -> None:
    """A new taxonomy, tagger or threshold is work."""
    _seen(database, Entry("a.jpg", 1, 1))
    _finish(database, _lease(database)[0], 1, 1)
    assert _seen(database, Entry("a.jpg", 1, 1), goal="other").queued == 1


def test_a_settled_folder_is_looked_into_again_when_its_goal_changes_and_changes_back(
    database: Database,
) -> None:
    """The shortcut over a whole folder never hides work."""
    entry = Entry("a.jpg", 1, 1)
    _seen(database, entry)
    _finish(database, _lease(database)[0], 1, 1)
    assert [_seen(database, entry).unchanged for _ in range(3)] == [1, 1, 1]
    assert _seen(database, entry, goal="other").queued == 1
    assert _seen(database, entry).queued == 1


def test_a_permanent_failure_is_set_aside_until_something_changes(database: Database) -> None:
    """A photo that cannot be read is not tried at every run."""
    _seen(database, Entry("a.jpg", 1, 1))
    with database.begin() as c:
        job = queue.lease(c, runs.recent(c, 1)[0].id, "me", 1)[0]
        queue.failed(c, job, AssetError("broken"), GOAL)
    assert _seen(database, Entry("a.jpg", 1, 1)) == Seen(set_aside=1)
    assert _seen(database, Entry("a.jpg", 1, 1), force=True).queued == 1
    assert _seen(database, Entry("a.jpg", 2, 1)).queued == 1


def test_a_transient_failure_waits_for_the_next_run(database: Database) -> None:
    """A full disk is not the photo's fault: the next run tries it, this one does not."""
    _seen(database, Entry("a.jpg", 1, 1))
    with database.begin() as c:
        run_id = runs.recent(c, 1)[0].id
        job = queue.lease(c, run_id, "me", 1)[0]
        queue.failed(c, job, StorageError("full"), GOAL)
        assert queue.lease(c, run_id, "me", 1) == []
    assert _seen(database, Entry("a.jpg", 1, 1)).queued == 1


def test_work_in_other_hands_is_left_there(database: Database, tmp_path: Path) -> None:
    """Two processes on one folder share the work."""
    _seen(database, Entry("a.jpg", 1, 1))
    _lease(database, "other")
    assert _seen(database, Entry("a.jpg", 1, 1)) == Seen(elsewhere=1)


def test_a_dead_process_gives_up_its_work(database: Database, tmp_path: Path) -> None:
    """kill -9 leaves no lock behind, so its work is taken up at once."""
    code = (
        "import sys; from pathlib import Path; from tagwright.state.owners import Owner;"
        "o = Owner(Path(sys.argv[1])); print(o.id, flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "owners")],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        me = Owner(tmp_path / "owners")
        _seen(database, Entry("a.jpg", 1, 1))
        _lease(database, name)
        with database.begin() as c:
            assert queue.reclaim(c, me.is_alive) == 0
        child.kill()
        child.wait()
        with database.begin() as c:
            assert queue.reclaim(c, me.is_alive) == 1
        _seen(database, Entry("a.jpg", 1, 1), Entry("b.jpg", 1, 1))
        names = [job.ref.reference.rpartition("/")[2] for job in _lease(database, me.id)]
        assert names == ["b.jpg", "a.jpg"], "what a process died over goes last"
        me.close()


def test_what_process_after_process_dies_over_is_put_off_and_set_aside(
    database: Database,
) -> None:
    """It cannot keep a daemon from all other photos; its owner is told."""
    _seen(database, Entry("a.jpg", 1, 1))
    waits = []
    for _ in range(8):
        with database.begin() as c:
            c.execute(update(assets).values(due_at=0))
        assert _lease(database, "doomed")
        with database.begin() as c:
            queue.reclaim(c, lambda _owner: False)
            due, status = c.execute(select(assets.c.due_at, assets.c.status)).one()
            waits.append(round(due - time.time()))
    assert status == "failed"
    assert waits[:3] == [0, 0, 0]
    assert waits[4:7] == sorted(waits[4:7])
    assert waits[6] > 60
    assert _seen(database, Entry("a.jpg", 1, 1), goal="other") == Seen(set_aside=1)
    with database.begin() as c:
        [(_, _, reason)] = attention.troubled(c, 1)
        assert "ended 8 times" in reason
        assert attention.retry(c) == 1
    assert _seen(database, Entry("a.jpg", 1, 1)).queued == 1


entries = st.lists(
    st.builds(Entry, st.text(min_size=1, max_size=5), st.integers(0, 3), st.integers(0, 3)),
    unique_by=lambda entry: entry.name,
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(rounds=st.lists(entries, min_size=1, max_size=4))
def test_each_photo_is_worked_on_exactly_when_it_differs(rounds: list[list[Entry]]) -> None:
    """For any history of listings: done once for each (name, size, time) that differs."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "t.db")
        last: dict[str, tuple[int, int]] = {}
        for listing in rounds:
            expected = {e.name for e in listing if last.get(e.name) != (e.size, e.modified)}
            _seen(database, *listing)
            sizes = {e.name: e for e in listing}
            jobs = _lease(database)
            assert {job.ref.reference.removeprefix("/p/") for job in jobs} == expected
            for job in jobs:
                entry = sizes[job.ref.reference.removeprefix("/p/")]
                _finish(database, job, entry.size, entry.modified)
            last |= {e.name: (e.size, e.modified) for e in listing}
        database.close()
