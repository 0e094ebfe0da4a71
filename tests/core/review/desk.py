"""Photos in memory, a tagger that is unsure, and a person who decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tagwright import review
from tagwright.model import Answer, AssetRef, Choice, Facts, Observation, Rendition
from tagwright.pipeline import Judge, Runner, Session, Settings
from tagwright.policy import Policy
from tagwright.ports import PhotoLibrary, Tagger
from tagwright.remap import Applier, Previewer
from tagwright.review import Batch, Filter, Followed, Group, Order, Writer
from tagwright.state import Database, Lane, queue, runs
from tagwright.state.owners import Owner
from tagwright.state.visits import Selection
from tagwright.taxonomy import Taxonomy, parse_taxonomy
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger

VOCABULARY = """
concepts:
  Animals: {narrower: [Cat, Dog: {narrower: [Puppy]}]}
  Beach:
  City:
"""
TAXONOMY = parse_taxonomy(VOCABULARY)
TagPath = tuple[str, ...]


def sees(**labels: float) -> MemoryTagger:
    """Return a tagger that sees the same in every picture, so sure of each."""
    seen = tuple(Observation(label, sure) for label, sure in labels.items())

    def script(_picture: Rendition, _facts: Facts) -> Answer:
        return Answer(seen, model="memory")

    tagger = MemoryTagger(script)
    tagger.recipe = {"seen": labels}
    return tagger


def album(*names: str, tags: Sequence[TagPath] = ()) -> MemoryLibrary:
    """Return a library of photos in one folder, each another picture."""
    return MemoryLibrary({f"p/{name}": MemoryPhoto(name.encode(), list(tags)) for name in names})


@dataclass(slots=True)
class Desk:
    """One database, and a person in front of it."""

    database: Database
    lane: Lane
    owner: Owner
    session: review.Session | None = None
    followed: list[Followed] = field(default_factory=list)

    async def tag(
        self,
        library: PhotoLibrary,
        *taggers: Tagger,
        policy: Policy | None = None,
        taxonomy: Taxonomy = TAXONOMY,
        force: bool = False,
    ) -> None:
        """Tag everything."""
        settings = Settings(taxonomy, policy or Policy(), taggers, "test", force=force)
        run_id = await self.lane(lambda c: runs.begin(c, "tag", self.owner.id, {}))
        session = Session(library, settings, self.lane, self.owner, run_id)
        await Runner(session, lambda _: None).run()

    async def remap(
        self, library: PhotoLibrary, taxonomy: Taxonomy = TAXONOMY, policy: Policy | None = None
    ) -> None:
        """Judge anew and apply."""
        judge = Judge(taxonomy, policy or Policy())
        preview = await Previewer(self.lane, judge).run(Selection(library.name))
        run_id = await self.lane(lambda c: runs.begin(c, "remap", self.owner.id, {}))
        applied: list[object] = []
        await Applier(library, self.lane, judge, run_id, applied.append).run(preview.changed)

    def groups(self, chosen: Filter | None = None) -> tuple[Group, ...]:
        """Return the queue."""
        with self.database.begin() as c:
            return review.groups(c, TAXONOMY, chosen or Filter()).groups

    def ids(self, *references: str, library: str = "memory") -> list[int]:
        """Return the identifiers of photos."""
        with self.database.begin() as c:
            found = [queue.find(c, AssetRef(library, one)) for one in references]
        return [one for one in found if one is not None]

    def decide(
        self,
        choice: Choice,
        concept: str,
        asset_ids: Sequence[int],
        to_concept: str | None = None,
        taxonomy: Taxonomy = TAXONOMY,
    ) -> Batch:
        """Answer, without anything being written."""
        with self.database.begin() as c:
            self.session = self.session or review.begin(c, self.owner.id, "test")
            order = Order(choice, concept, asset_ids, to_concept)
            return review.decide(c, taxonomy, self.session, order)

    def undo(self, batch: str | None = None) -> Batch:
        """Take an answer back, without anything being written."""
        with self.database.begin() as c:
            return review.undo(c, batch)

    async def follow(self, library: PhotoLibrary, taxonomy: Taxonomy = TAXONOMY) -> list[Followed]:
        """Let the library follow; return what became of each photo."""
        self.followed.clear()
        await Writer(library, self.lane, taxonomy, self.followed.append).drain()
        return list(self.followed)
