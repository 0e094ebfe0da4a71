"""Photos in memory that were tagged under one vocabulary and are judged anew under another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tagwright.pipeline import Judge, Runner, Session, Settings
from tagwright.policy import Policy
from tagwright.ports import PhotoLibrary, Tagger
from tagwright.remap import Applied, Applier, Preview, Previewer
from tagwright.state import Database, Lane, runs
from tagwright.state.owners import Owner
from tagwright.state.undoing import Chosen
from tagwright.state.visits import Selection
from tagwright.taxonomy import parse_taxonomy
from tagwright.undo import Undo

Path_ = tuple[str, ...]


@dataclass(slots=True)
class House:
    """One database, whatever runs in it."""

    lane: Lane
    owner: Owner
    applied: list[Applied] = field(default_factory=list)

    async def tag(
        self,
        library: PhotoLibrary,
        vocabulary: str,
        *taggers: Tagger,
        policy: Policy | None = None,
    ) -> str:
        """Tag everything and return the run's identifier."""
        taxonomy = parse_taxonomy(vocabulary)
        settings = Settings(taxonomy, policy or Policy(), taggers, "test")
        run_id = await self.lane(lambda c: runs.begin(c, "tag", self.owner.id, {}))
        session = Session(library, settings, self.lane, self.owner, run_id)
        await Runner(session, lambda _: None).run()
        return run_id

    async def preview(
        self,
        vocabulary: str,
        policy: Policy | None = None,
        selection: Selection | None = None,
    ) -> Preview:
        """Judge anew."""
        judge = Judge(parse_taxonomy(vocabulary), policy or Policy())
        return await Previewer(self.lane, judge).run(selection or Selection("memory"))

    async def remap(
        self, library: PhotoLibrary, vocabulary: str, policy: Policy | None = None
    ) -> str:
        """Judge anew, apply, and return the run's identifier."""
        preview = await self.preview(vocabulary, policy)
        judge = Judge(parse_taxonomy(vocabulary), policy or Policy())
        run_id = await self.lane(lambda c: runs.begin(c, "remap", self.owner.id, {}))
        self.applied.clear()
        await Applier(library, self.lane, judge, run_id, self.applied.append).run(preview.changed)
        return run_id

    async def undo(self, library: PhotoLibrary, run_id: str) -> None:
        """Take a run back."""
        new = await self.lane(lambda c: runs.begin(c, "undo", self.owner.id, {}))
        await Undo(library, self.lane, lambda _: None, dry_run=False).run(Chosen(run=run_id), new)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A new database."""
    database = Database(tmp_path / "t.db")
    lane = Lane(database)
    owner = Owner(tmp_path / "owners")
    yield House(lane, owner)
    lane.close()
    owner.close()
    database.close()
