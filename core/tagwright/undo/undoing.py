"""Taking back what was written, exactly; what people did since stays.

An undo is a run in the ledger like any other, and can be undone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from tagwright.errors import TagwrightError, VanishedError
from tagwright.feedback import Learned, learn, look
from tagwright.model import AssetRef
from tagwright.pipeline.photo import Visiting
from tagwright.ports import PhotoAccess, Receipt
from tagwright.state import Lane, absences, hands, queue, undoing
from tagwright.state.undoing import Chosen, Undoable
from tagwright.undo.reverting import take_back

_AT_ONCE = 8

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one asset."""

    ref: AssetRef
    receipt: Receipt | None = None
    error: TagwrightError | None = None
    left: tuple[tuple[Path, str], ...] = ()  # tags that a person has touched since, and how


class Undo:
    """Reverts what was chosen, asset by asset; run again after a crash, it goes on where it was."""

    def __init__(
        self, library: PhotoAccess, lane: Lane, report: Callable[[Undone], None], *, dry_run: bool
    ) -> None:
        self.halted_by: TagwrightError | None = None
        self._library = library
        self._lane = lane
        self._report = report
        self._dry_run = dry_run
        self._stopping = False

    def stop(self) -> None:
        """Take up nothing more; what is in hand is finished."""
        self._stopping = True

    async def run(self, chosen: Chosen, run_id: str) -> None:
        """Undo what is chosen in the name of the run ``run_id``."""
        waiting = iter(await self._lane(lambda c: undoing.asset_ids(c, chosen)))

        async def work() -> None:
            for asset_id in waiting:
                if self._stopping:
                    return
                self._report(await self._one(chosen, run_id, asset_id))

        async with asyncio.TaskGroup() as tasks:
            for _ in range(_AT_ONCE):
                tasks.create_task(work())

    async def _one(self, chosen: Chosen, run_id: str, asset_id: int) -> Undone:
        one = await self._lane(lambda c: undoing.load(c, chosen, asset_id))
        meant = {tag.concept for tag in one.meant}
        try:
            now = Visiting(run_id, time.time(), await self._library.facts(one.ref))
            one, learned = await self._prepared(chosen, one, now)
            receipt = await take_back(self._library, self._lane, run_id, one, dry_run=self._dry_run)
            if not self._dry_run:
                await self._lane(lambda c: queue.let_be(c, asset_id))
        # It may be on a disk that is away: the ledger keeps what is ours.
        except VanishedError as exc:
            if not self._dry_run:
                await self._lane(lambda c: absences.gone(c, asset_id))
            return Undone(one.ref, error=exc)
        except TagwrightError as exc:
            if exc.stops_run:
                self.halted_by = self.halted_by or exc
                self.stop()
            return Undone(one.ref, error=exc)
        return Undone(one.ref, receipt, left=tuple(_touched(meant, learned)))

    async def _prepared(
        self, chosen: Chosen, one: Undoable, now: Visiting
    ) -> tuple[Undoable, Learned]:
        """Take note of what people did since: that is not ours to undo."""
        asset, facts = one.asset_id, now.facts
        learned = await self._lane(lambda c: look(c, asset, facts))
        if self._dry_run:
            return _without(one, learned), learned
        key = one.content_key
        if learned:  # what people did counts for the picture that is there now
            key = await self._library.content_key(one.ref)

        def note(connection: Connection) -> tuple[Undoable, Learned]:
            hands.check(connection, asset, now.run_id, now.at)
            begun = undoing.settle(connection, asset, facts.tags, facts.extras)
            found = learn(connection, asset, key, facts)
            return replace(undoing.load(connection, chosen, asset), begun=begun), found

        return await self._lane(note)


def _without(one: Undoable, learned: Learned) -> Undoable:
    """Leave out the tags that a person has touched, as the ledger will once it is told."""
    mine = learned.left.keys()
    receipts = tuple(
        replace(receipt, written=tuple(tag for tag in receipt.written if tag.concept in mine))
        for receipt in one.receipts
    )
    return replace(one, receipts=receipts, tags=tuple(t for t in one.tags if t.concept in mine))


def _touched(meant: Collection[str], learned: Learned) -> Iterator[tuple[Path, str]]:
    for concept, path in learned.deleted.items():
        if concept in meant:
            yield path, "a person deleted it"
    for concept, (path, new) in learned.refined.items():
        if concept in meant:
            yield path, f"a person made it {'/'.join(new)}"
    for concept, path in learned.claimed.items():
        if concept in meant:
            yield path, "a person wrote it too"
