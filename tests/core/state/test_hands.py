"""Two runs at one asset: half of a change looks like a person's, so the second keeps off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tagwright.errors import InHandError
from tagwright.model import AssetRef, Tag
from tagwright.ports import Receipt
from tagwright.state import Database, attention, hands, ledger, queue, runs

CHANGE = Receipt((Tag("cat", ("Cat",)),), (), ())


@pytest.fixture
def c(tmp_path: Path) -> Iterator[Connection]:
    """An empty state."""
    database = Database(tmp_path / "t.db")
    with database.begin() as connection:
        yield connection
    database.close()


@pytest.fixture
def asset(c: Connection) -> int:
    """A photo."""
    return queue.enter(c, AssetRef("immich:main", "7"), 0, 1)


def test_it_is_free_once_the_other_is_done(c: Connection, asset: int) -> None:
    """And then what was read before counts for nothing."""
    mine, theirs = (runs.begin(c, "tag", "me", {}) for _ in range(2))
    number = ledger.intend(c, theirs, asset, CHANGE)
    hands.check(c, asset, theirs)
    with pytest.raises(InHandError):
        hands.check(c, asset, mine)
    with pytest.raises(InHandError):
        ledger.intend(c, mine, asset, CHANGE)
    before = time.time()
    ledger.confirm(c, number)
    hands.check(c, asset, mine)
    hands.check(c, asset, mine, since=time.time())
    with pytest.raises(InHandError):
        hands.check(c, asset, mine, since=before)


@pytest.mark.parametrize("end", ["failed", "killed", "long ago"])
def test_what_was_given_up_is_free(
    c: Connection, asset: int, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes next settles it."""
    mine, theirs = (runs.begin(c, "tag", owner, {}) for owner in ("me", "they"))
    number = ledger.intend(c, theirs, asset, CHANGE)
    if end == "failed":
        hands.give_up(c, number)
    elif end == "killed":
        runs.close_dead(c, lambda owner: owner == "me")
    else:
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 200)
    ledger.settle(c, asset, [])
    ledger.intend(c, mine, asset, CHANGE)


def test_a_photo_that_is_left_to_another_run_is_not_taken_up_again(
    c: Connection, asset: int
) -> None:
    """If it was done before; else it waits."""
    run = runs.begin(c, "tag", "me", {})
    queue.set_down(c, asset, run)
    assert attention.counts(c) == {"waiting": 1}
    queue.passed(c, asset, "goal")
    queue.set_down(c, asset, run)
    assert attention.counts(c) == {"done": 1}
