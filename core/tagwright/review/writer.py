"""Lets a library follow the decisions of people, in the background and whatever crashes."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from tagwright.errors import AssetError, ChangedMeanwhileError, TagwrightError, VanishedError
from tagwright.model import AssetRef
from tagwright.pipeline.photo import Visiting
from tagwright.pipeline.recording import Recorder
from tagwright.ports import PhotoAccess, Receipt
from tagwright.review.following import Plan, plan
from tagwright.state import Lane, absences, following, ledger, queue, visits
from tagwright.state.following import Task
from tagwright.taxonomy import Taxonomy
from tagwright.undo import take_back

logger = logging.getLogger(__name__)

_AT_ONCE = 8
_BATCH = 200  # assets looked up at a time


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of one photo."""

    ref: AssetRef
    receipt: Receipt | None = None
    error: TagwrightError | None = None


class Writer:
    """Writes what is due, from this session or from one that was killed.

    A photo that fails stays due for the next session; this one does not try it again.
    """

    def __init__(
        self,
        library: PhotoAccess,
        lane: Lane,
        taxonomy: Taxonomy,
        report: Callable[[Followed], None] = lambda _: None,
    ) -> None:
        """``report`` is called with each photo, in the event loop."""
        self.taxonomy = taxonomy  # may be replaced by one with more concepts
        self.halted_by: TagwrightError | None = None
        self._library = library
        self._lane = lane
        self._report = report
        self._failed: set[int] = set()
        self._wanted = asyncio.Event()
        self._ending = False
        self._stopping = False

    def nudge(self) -> None:
        """Say that something was decided."""
        self._wanted.set()

    def try_again(self) -> None:
        """Take up anew what failed, and what was left when it halted."""
        self._failed.clear()
        self.halted_by = None
        self.nudge()

    def finish(self) -> None:
        """Let :meth:`serve` end once all that is due is written."""
        self._ending = True
        self._wanted.set()

    def stop(self) -> None:
        """Take up nothing more; what is in hand is finished, the rest stays due."""
        self._stopping = True
        self.finish()

    async def serve(self) -> None:
        """Write whatever becomes due, until told to end."""
        while True:
            self._wanted.clear()
            ending = self._ending
            await self.drain()
            if ending or self._stopping or self.halted_by:
                return
            await self._wanted.wait()

    async def drain(self) -> None:
        """Write all that is due now."""
        while not (self._stopping or self.halted_by):
            ids = await self._lane(lambda c: following.due(c, _BATCH, self._failed))
            if not ids:
                return
            waiting = iter(ids)
            async with asyncio.TaskGroup() as tasks:
                for _ in range(_AT_ONCE):
                    tasks.create_task(self._work(waiting))

    async def _work(self, waiting: Iterator[int]) -> None:
        for asset_id in waiting:
            if self._stopping or self.halted_by:
                return
            await self._one(asset_id)

    async def _one(self, asset_id: int) -> None:
        task = await self._lane(lambda c: following.task(c, asset_id))
        if task is None:
            return
        try:
            followed = Followed(task.ref, await self._follow(task))
        except VanishedError as exc:  # nothing is left that could follow
            followed = Followed(task.ref, error=exc)
            await self._lane(lambda c: _vanished(c, task))
        except Exception as exc:  # noqa: BLE001 - a fault in a plugin must not end the session
            error = exc if isinstance(exc, TagwrightError) else _unexpected(exc, task.ref)
            followed = Followed(task.ref, error=error)
            await self._set_aside(task, error)
        self._report(followed)

    async def _set_aside(self, task: Task, error: TagwrightError) -> None:
        self._failed.add(task.asset_id)
        error.asset = error.asset or str(task.ref)
        if error.stops_run:
            self.halted_by = self.halted_by or error
        await self._lane(lambda c: following.failed(c, task, str(error)))

    async def _follow(self, task: Task) -> Receipt:
        at = time.time()
        if await self._library.content_key(task.ref) != task.content_key:
            await self._lane(lambda c: queue.look_again(c, task.asset_id))
            cure = "Run 'tagwright tag' on it, which looks at the new picture."
            raise ChangedMeanwhileError("the picture has changed since it was seen.", cure=cure)
        facts = await self._library.facts(task.ref)
        now = Visiting(task.session, at, facts)
        todo = await self._lane(lambda c: plan(c, task, now, self.taxonomy))
        receipt = await self._revert(task, todo)
        recorder = Recorder(self._library, self._lane, task.session)
        number: int | None = None
        if todo.add or todo.withdraw.tags:
            receipt, number = await recorder.write(task.asset_id, task.ref, todo.add, todo.withdraw)

        def finish(connection: Connection) -> None:
            if number is not None:
                ledger.confirm(connection, number)
            visits.refresh(connection, task.asset_id, todo.known.human(facts))
            if receipt.modified:
                queue.rewritten(connection, task.asset_id, receipt.size, receipt.modified)
            following.followed(connection, task)

        await self._lane(finish)
        return receipt

    async def _revert(self, task: Task, todo: Plan) -> Receipt:
        one = todo.revert
        if one is None:
            return Receipt((), (), ())
        return await take_back(self._library, self._lane, task.session, one)


def _vanished(connection: Connection, task: Task) -> None:
    absences.gone(connection, task.asset_id)
    following.followed(connection, task)


def _unexpected(exc: Exception, ref: AssetRef) -> AssetError:
    logger.error("unexpected error at %s", ref, exc_info=exc)
    message = f"unexpected {type(exc).__name__}: {exc}"
    return AssetError(message, cure="Please report this with the log.")
