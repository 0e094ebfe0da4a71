"""An open database, and a daemon that says what it is told to say."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tagwright.state import Database, Lane
from tagwright_plugins.watch.observing import Vitals


@dataclass
class Daemon:
    """What is to be observed."""

    vitals: Vitals = field(
        default_factory=lambda: Vitals(
            run_id="20261125-090000-ab12",
            doing="live",
            since=1_795_600_000.0,
            beat=time.monotonic(),
            watching=True,
            tagger="reachable",
            tally=(("tagged", 3),),
        )
    )

    asked: int = 0

    def __call__(self) -> Vitals:
        """Say how it is."""
        self.asked += 1
        return self.vitals

    def becomes(self, **changes: object) -> None:
        """Be otherwise from now on."""
        self.vitals = replace(self.vitals, **changes)  # type: ignore[arg-type]  # a test names them


@pytest.fixture
def daemon() -> Daemon:
    return Daemon()


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    database = Database(tmp_path / "state" / "tagwright.db")
    lane = Lane(database)
    yield lane
    lane.close()
    database.close()
