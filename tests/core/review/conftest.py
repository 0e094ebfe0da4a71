"""Fixtures of the review."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tagwright.state import Database, Lane
from tagwright.state.owners import Owner

from .desk import Desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A new database."""
    database = Database(tmp_path / "t.db")
    lane = Lane(database)
    owner = Owner(tmp_path / "owners")
    yield Desk(database, lane, owner)
    lane.close()
    owner.close()
    database.close()
