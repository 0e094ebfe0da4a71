"""Runs and undos over a photo library in memory, with the real state."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tagwright.pipeline import Runner, Session, Settings
from tagwright.policy import Policy
from tagwright.ports import PhotoLibrary
from tagwright.state import Database, Lane, runs
from tagwright.state.owners import Owner
from tagwright.state.undoing import Chosen
from tagwright.taxonomy import Taxonomy, parse_taxonomy
from tagwright.undo import Undo, Undone
from tagwright_adapters.memory import MemoryTagger, says

VOCABULARY = "concepts: {Animals: {narrower: [Cat, Dog]}, Beach: , Car: }"


@dataclass(slots=True)
class Desk:
    """One database."""

    lane: Lane
    owner: Owner
    taxonomy: Taxonomy

    async def tag(self, library: PhotoLibrary, *labels: str, force: bool = False) -> str:
        """Tag all photos with what these labels mean; return the run."""
        tagger = MemoryTagger(says(*labels))
        settings = Settings(self.taxonomy, Policy(), [tagger], "test", force=force)
        run_id = await self.lane(lambda c: runs.begin(c, "tag", self.owner.id, {}))
        session = Session(library, settings, self.lane, self.owner, run_id)
        await Runner(session, lambda _: None).run()
        return run_id

    async def undo(self, library: PhotoLibrary, **chosen: Any) -> tuple[str, list[Undone]]:
        """Undo; return the run and what became of each photo."""
        found: list[Undone] = []
        run_id = await self.lane(lambda c: runs.begin(c, "undo", self.owner.id, {}))
        await Undo(library, self.lane, found.append, dry_run=False).run(Chosen(**chosen), run_id)
        return run_id, found


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A new database and a small vocabulary."""
    database = Database(tmp_path / "t.db")
    lane = Lane(database)
    owner = Owner(tmp_path / "owners")
    yield Desk(lane, owner, parse_taxonomy(VOCABULARY, source="test"))
    lane.close()
    owner.close()
    database.close()
