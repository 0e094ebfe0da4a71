"""A bench for the batch lane."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tagwright.state import Database, Lane
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto
from tagwright_adapters.memory_batches import MemoryBatches

from .bench import VOCABULARY, Bench, answered


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """Ten photos and a service that answers them all."""
    database = Database(tmp_path / "t.db")
    lane = Lane(database)
    photos = {f"p/{n:03d}.jpg": MemoryPhoto(b"picture %d" % n) for n in range(10)}
    taxonomy = parse_taxonomy(VOCABULARY, source="test")
    service = MemoryBatches(answered)
    yield Bench(lane, tmp_path / "owners", taxonomy, MemoryLibrary(photos), service)
    lane.close()
    database.close()
