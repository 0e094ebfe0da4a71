"""Carrying a preview out: through the ledger, photo by photo, as it stands there then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from tagwright.errors import ChangedMeanwhileError, TagwrightError, VanishedError
from tagwright.model import AssetRef, Facts, Tag
from tagwright.pipeline.exchanging import caption_of
from tagwright.pipeline.judging import Judge, Judgement
from tagwright.pipeline.photo import Known, Visiting, feedback
from tagwright.pipeline.recording import Recorder
from tagwright.ports import PhotoAccess, Receipt
from tagwright.remap.difference import Difference, compare
from tagwright.state import Lane, absences, decisions, extras, ledger, queue, suggestions, visits
from tagwright.state.visits import Visit

_AT_ONCE = 8
_BATCH = 200  # visits in memory at a time


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one photo."""

    ref: AssetRef
    receipt: Receipt | None = None  # None: only the review queue changed, or there was an error
    error: TagwrightError | None = None


class Applier:
    """Brings photos to what judging them anew says; run again after a crash, it goes on."""

    def __init__(
        self,
        library: PhotoAccess,
        lane: Lane,
        judge: Judge,
        run_id: str,
        report: Callable[[Applied], None],
    ) -> None:
        """``report`` is called with each photo, in the event loop."""
        self.halted_by: TagwrightError | None = None
        self._library = library
        self._lane = lane
        self._judge = judge
        self._run_id = run_id
        self._report = report
        self._recorder = Recorder(library, lane, run_id)
        self._stopping = False

    def stop(self) -> None:
        """Take up nothing more; what is in hand is finished."""
        self._stopping = True

    async def run(self, asset_ids: Sequence[int]) -> None:
        """Judge and change these assets."""
        for start in range(0, len(asset_ids), _BATCH):
            if self._stopping:
                return
            chunk = list(asset_ids[start : start + _BATCH])
            waiting = iter(await self._lane(lambda c, chunk=chunk: visits.some(c, chunk)))  # type: ignore[misc]  # the default binds the loop variable
            async with asyncio.TaskGroup() as tasks:
                for _ in range(_AT_ONCE):
                    tasks.create_task(self._work(waiting))

    async def _work(self, waiting: Iterator[Visit]) -> None:
        for visit in waiting:
            if self._stopping:
                return
            self._report(await self._one(visit))

    async def _one(self, visit: Visit) -> Applied:
        try:
            return Applied(visit.ref, await self._change(visit))
        except VanishedError as exc:
            await self._lane(lambda c: absences.gone(c, visit.asset_id))
            return Applied(visit.ref, error=exc)
        except TagwrightError as exc:
            if exc.stops_run:
                self.halted_by = self.halted_by or exc
                self.stop()
            exc.asset = exc.asset or str(visit.ref)
            return Applied(visit.ref, error=exc)

    async def _change(self, visit: Visit) -> Receipt | None:
        """Judge by what is on file, and write where that differs from what is in the library.

        The library is not looked at where only the review queue changes.
        """
        asset = visit.asset_id
        on_file = await self._lane(lambda c: _on_file(c, visit))
        judgement, difference = await self._judged(visit, visit.facts, on_file)
        if not difference.writes:
            await self._lane(lambda c: self._record(c, asset, judgement, difference))
            return None
        now = await self._look(visit)
        facts = now.facts
        taxonomy = self._judge.taxonomy
        known = await self._lane(lambda c: feedback(c, asset, visit.content_key, now, taxonomy))
        judgement, difference = await self._judged(visit, known.human(facts), known)
        tags = self._judge.tags(judgement, visit.models, self._run_id)
        new = [tag for tag in tags if tag.concept in difference.added]
        leaving = await self._lane(
            lambda c: ledger.withdrawal(c, asset, difference.withdrawn.keys())
        )
        new += _moved(leaving.tags, difference.added, known={tag.concept for tag in new})
        receipt, number = await self._recorder.write(
            asset,
            visit.ref,
            new,
            replace(leaving, extras=difference.exchange.withdrawn),
            difference.exchange.added,
        )

        def finish(connection: Connection) -> None:
            if number is not None:
                ledger.confirm(connection, number)
            visits.refresh(connection, asset, known.human(facts))
            self._record(connection, asset, judgement, difference)
            queue.rewritten(connection, asset, receipt.size, receipt.modified)

        await self._lane(finish)
        return receipt

    async def _look(self, visit: Visit) -> Visiting:
        """Return the facts of an asset whose picture is still the one that was judged.

        Raises:
            ChangedMeanwhileError: it is another picture now.
        """
        at = time.time()
        if await self._library.content_key(visit.ref) != visit.content_key:
            await self._lane(lambda c: queue.look_again(c, visit.asset_id))
            cure = "Run 'tagwright tag' on it, which looks at the new picture."
            raise ChangedMeanwhileError("the picture has changed since it was seen.", cure=cure)
        return Visiting(self._run_id, at, await self._library.facts(visit.ref))

    async def _judged(
        self, visit: Visit, human: Facts, known: Known
    ) -> tuple[Judgement, Difference]:
        caption = caption_of(visit.captions)
        judgement = self._judge.judge(visit.said, human, known.rejected, caption, visit.routes)
        asset = visit.asset_id
        stored = (await self._lane(lambda c: suggestions.stored(c, [asset])))[asset]
        return judgement, compare(judgement, self._judge.taxonomy, known, human, stored)

    def _record(
        self, connection: Connection, asset: int, judgement: Judgement, difference: Difference
    ) -> None:
        for old, new in difference.renamed.items():
            ledger.rename(connection, asset, old, new)
            decisions.rename(connection, asset, old, new)
        suggestions.keep(connection, self._run_id, asset, judgement.suggestions)
        suggestions.mark_applied(connection, asset)


def _moved(
    tags: Iterable[Tag], added: Mapping[str, tuple[str, ...]], known: Collection[str]
) -> list[Tag]:
    """Return tags that a person accepted, at the place that the taxonomy now has for them."""
    return [
        replace(tag, path=added[tag.concept])
        for tag in tags
        if tag.concept in added and tag.concept not in known
    ]


def _on_file(connection: Connection, visit: Visit) -> Known:
    rejected = ledger.rejected(connection, visit.asset_id, visit.content_key)
    return Known(
        frozenset(rejected),
        ledger.standing(connection, visit.asset_id),
        extras.standing(connection, visit.asset_id),
        extras.rejected(connection, visit.content_key),
    )
