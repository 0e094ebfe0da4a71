"""The person's desk: all that the pages share, for as long as they are served."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tagwright import review
from tagwright.configuration import Configuration
from tagwright.model import AssetRef
from tagwright.review import Batch, Followed, Order, Session, Writer
from tagwright.state import attention, following
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.assembly import State
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.review_page.access import Access
from tagwright_plugins.review_page.pictures import Pictures

_LOOK = 2.0  # s after which a page learns what other processes have done


@dataclass(slots=True)
class Desk:
    """Decides in the name of one sitting, and knows how the writing goes."""

    configuration: Configuration
    state: State
    writer: Writer
    pictures: Pictures
    config: Path | None = None  # the file that was named
    access: Access | None = None
    under: tuple[str, ...] = ()  # folders and photos that it is about; empty: all
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))  # of this process' forms
    session: Session | None = None  # begun with the first answer
    tally: Counter[str] = field(default_factory=Counter)  # suggestions by what was said of them
    written: int = 0  # photos
    failed: dict[AssetRef, str] = field(default_factory=dict)  # why each is yet to be written
    grown: Callable[[], None] = lambda: None  # is called when the vocabulary was edited
    closed: bool = False
    naming: Naming = field(init=False)
    _seen: float = field(default_factory=time.monotonic)  # when a page was last open
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.go_by(self.configuration)

    def go_by(self, configuration: Configuration) -> None:
        """Go by another configuration from now on."""
        self.configuration = configuration
        self.naming = Naming(configuration)

    @property
    def figures(self) -> dict[str, int]:
        """What was decided and written."""
        return {**self.tally, "written": self.written, "failed": len(self.failed)}

    @property
    def taxonomy(self) -> Taxonomy:
        """The vocabulary as it is now."""
        return self.writer.taxonomy

    async def decide(self, order: Order) -> Batch:
        """Record an answer; the library follows while the person goes on."""
        session = await self._sitting()
        batch = await self.state.lane(lambda c: review.decide(c, self.taxonomy, session, order))
        self.tally[order.choice.value] += batch.photos
        self.writer.nudge()
        return batch

    async def undo(self, batch: str) -> Batch:
        """Take an answer back, of this sitting or of an earlier one."""
        undone = await self.state.lane(lambda c: review.undo(c, batch))
        self.tally["undone"] += undone.photos
        self.writer.nudge()
        return undone

    async def newest(self) -> Batch | None:
        """Return the last answer of this sitting that stands."""
        if self.session is None:
            return None
        run = self.session.run_id
        found = await self.state.lane(lambda c: review.batches(c, 1, session=run, undone=False))
        return found[0] if found else None

    def follow(self, one: Followed) -> None:
        """Take note of a photo that the library has followed."""
        if one.error is None:
            self.written += 1
            self.failed.pop(one.ref, None)
        else:
            self.failed[one.ref] = self.naming.error(one.ref, one.error)
        self._moved.set()

    async def standing(self) -> dict[str, int]:
        """Return how many photos are written, failed, yet to be written, and yet to be tagged."""
        due = await self.state.lane(following.count)
        counts = await self.state.lane(attention.counts)
        tagging = counts.get("waiting", 0) + counts.get("working", 0)
        failed = len(self.failed)
        return {"due": due, "written": self.written, "failed": failed, "tagging": tagging}

    async def moved(self) -> None:
        """Wait until something may have changed."""
        self.look_up()
        self._moved.clear()
        try:
            await asyncio.wait_for(self._moved.wait(), _LOOK)
        except TimeoutError:
            return

    def look_up(self) -> None:
        """Take note that somebody is there."""
        self._seen = time.monotonic()

    async def be_left(self, seconds: float) -> None:
        """Return once no page was open for so long."""
        while True:
            left = self._seen + seconds - time.monotonic()
            if left <= 0:
                return
            await asyncio.sleep(left)

    def close(self) -> None:
        """Let go of the pages that wait for news."""
        self.closed = True
        self._moved.set()

    async def _sitting(self) -> Session:
        if self.session is None:
            owner = self.state.owner.id
            self.session = await self.state.lane(lambda c: review.begin(c, owner, "page"))
        return self.session
