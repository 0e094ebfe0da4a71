"""The batch lane of one run: recover, pick, hand over, collect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from tagwright.errors import BudgetError, TagwrightError
from tagwright.pipeline.asking import Asker, Desk
from tagwright.pipeline.batching.collecting import Collector, Step
from tagwright.pipeline.batching.counting import Estimate
from tagwright.pipeline.batching.filling import Counter, Filler
from tagwright.pipeline.batching.options import BatchOptions, BatchTally, Reach
from tagwright.pipeline.batching.picking import Basket, Picker
from tagwright.pipeline.batching.recovery import recover
from tagwright.pipeline.batching.sending import Sender
from tagwright.pipeline.results import Result, Session, Tally
from tagwright.pipeline.runner import Runner
from tagwright.ports import BatchTagger


class BatchLane:
    """Fills the store of answers through batches.

    Batches that are open from earlier are collected too, and their photos are not asked again.
    """

    def __init__(
        self,
        session: Session,
        taggers: Mapping[str, BatchTagger],
        reach: Reach,
        options: BatchOptions,
        tell: Callable[[Step], None] = lambda _step: None,
    ) -> None:
        """Make it ready.

        Args:
            session: What all parts of the run share.
            taggers: Those that answer in batches, by the names of those that they belong to.
            reach: The way to a batch of an earlier run.
            options: How patient it is.
            tell: Told how far batches are.
        """
        self.halted_by: TagwrightError | None = None
        self._session = session
        self._taggers = taggers
        self._reach = reach
        self._options = options
        self._stopping = asyncio.Event()
        self._runner: Runner | None = None
        patience = session.settings.patience
        self._sender = Sender(session.lane, options, patience, self._stopping)
        attempts = session.settings.attempts
        self._collector = Collector(session.lane, options, attempts, self._stopping, tell)

    @property
    def tally(self) -> BatchTally:
        """What was done so far."""
        tally = self._collector.tally
        tally.submitted, tally.batches = self._sender.submitted, self._sender.batches
        return tally

    def stop(self) -> None:
        """Hand over nothing more and wait no longer; batches go on at the services."""
        self._stopping.set()
        if self._runner is not None:
            self._runner.stop()

    async def run(self, watch: Callable[[Tally], None], each: Callable[[Result], None]) -> None:
        """Do it all; ``halted_by`` says afterwards what ended it early, if anything did.

        What services gave up is handed over once more, as long as that brings answers.

        Args:
            watch: Given the figures of each round of picking before it begins.
            each: Called with every photo that was looked at.
        """
        try:
            await recover(self._session.lane, self._session.owner, self._reach)
            await self._collector.look(self._reach)
            while not self._stopping.is_set():
                await self._fill(watch, each)
                if not await self._round():
                    break
        except TagwrightError as exc:
            self.halted_by = self.halted_by or exc

    async def estimate(self, each: Callable[[Result], None]) -> dict[str, Estimate]:
        """Return what would be handed over, by tagger; asks nobody."""
        counters = {
            name: Counter(tagger, self._options.requests) for name, tagger in self._taggers.items()
        }
        await self._pick(counters, lambda _tally: None, each)
        self.tally.under_way = sum(one.under_way for one in counters.values())
        return {name: one.estimate for name, one in counters.items()}

    async def _round(self) -> bool:
        """Collect; return whether another round promises anything."""
        before, left = self.tally.answered, self.tally.unanswered
        await self._collector.collect(self._reach)
        self.halted_by = self.halted_by or self._collector.trouble
        if self.halted_by is not None:
            return False
        if self.tally.unanswered > left and self.tally.answered > before:
            return True
        self.halted_by = self._collector.rejected
        return False

    async def _fill(self, watch: Callable[[Tally], None], each: Callable[[Result], None]) -> None:
        fillers = {
            name: Filler(self._session, tagger, self._sender.send, self._options.requests)
            for name, tagger in self._taggers.items()
        }
        try:
            await self._pick(fillers, watch, each)
            short = self.halted_by is None or isinstance(self.halted_by, BudgetError)
            if short and not self._stopping.is_set():
                for filler in fillers.values():
                    await filler.finish()
        finally:
            for filler in fillers.values():
                await filler.drop()
        self.tally.under_way += sum(filler.under_way for filler in fillers.values())

    async def _pick(
        self,
        baskets: Mapping[str, Basket],
        watch: Callable[[Tally], None],
        each: Callable[[Result], None],
    ) -> None:
        def way(session: Session, asker: Asker, desks: Sequence[Desk]) -> Picker:
            return Picker(session, asker, desks, baskets)

        self._runner = Runner(self._session, each, way=way)
        watch(self._runner.tally)
        await self._runner.run()
        self.halted_by = self.halted_by or self._runner.halted_by
