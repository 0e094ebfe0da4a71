"""Waiting for batches, and keeping what comes of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from tagwright.errors import TaggerError, TaggerSetupError, TaggerUnavailableError
from tagwright.model import Answer, Usage
from tagwright.pipeline.batching.options import BatchOptions, BatchTally, Reach
from tagwright.pipeline.batching.sending import BatchServiceError, pause
from tagwright.ports import BatchState, BatchStatus, BatchTagger
from tagwright.state import Lane, batches
from tagwright.state.batches import Batch

logger = logging.getLogger(__name__)

_SLOWEST = 10  # times the first pause between two looks
_SLOWING = 1.5
_FAILURES = 8  # of a service without a success, after which it is left alone


@dataclass(frozen=True, slots=True)
class Step:
    """How far the batches are."""

    batch: int  # 1 for the first
    batches: int
    done: int  # photos of this one
    size: int
    hours: float  # after which the service gives up


class Collector:
    """Looks after the batches that are at services."""

    def __init__(
        self,
        lane: Lane,
        options: BatchOptions,
        attempts: int,
        stopping: asyncio.Event,
        tell: Callable[[Step], None],
    ) -> None:
        """``tell`` is called after each look at a batch; ``attempts`` as in a run's settings."""
        self.tally = BatchTally()
        self.trouble: TaggerError | None = None  # that concerns not one photo but the account
        self.rejected: TaggerError | None = None  # a batch that was not taken as a whole
        self._lane = lane
        self._options = options
        self._attempts = attempts
        self._stopping = stopping
        self._tell = tell
        self._failures = 0
        self._order: dict[int, int] = {}  # of the batches, by their numbers

    async def collect(self, reach: Reach) -> None:
        """Wait until no batch is left at a service that can be reached, or until told to stop.

        Raises:
            TaggerError: a service stays away, or does not let us in. The batches stay there.
        """
        wait = self._options.poll
        while not self._stopping.is_set():
            waiting = await self.look(reach)
            if not waiting or self._stopping.is_set():
                return
            await pause(self._options, wait, self._stopping)
            wait = min(wait * _SLOWING, self._options.poll * _SLOWEST)

    async def once(self, batch: Batch, to: BatchTagger) -> BatchState:
        """Look at one batch, and keep its answers if it is through."""
        assert batch.service_id is not None
        state = await to.poll(batch.service_id)
        if state.expires_at is not None and batch.expires_at is None:
            at = state.expires_at
            await self._lane(lambda c: batches.expires(c, batch.id, at))
        if state.status is not BatchStatus.RUNNING:
            await self._take_in(batch, to, state)
        return state

    async def look(self, reach: Reach) -> bool:
        """Look at every batch once, and keep the answers of those that are through.

        Returns:
            Whether any is still to be waited for.

        Raises:
            TaggerError: as :meth:`collect` does.
        """
        submitted = [b for b in await self._lane(batches.open_ones) if b.status == "submitted"]
        reached = [(batch, to) for batch in submitted if (to := reach(batch)) is not None]
        waiting = False
        for batch, _ in reached:
            self._order.setdefault(batch.id, len(self._order) + 1)
        for batch, to in reached:
            if self._stopping.is_set():
                break
            state = await self._try(batch, to)
            if state is None or state.status is BatchStatus.RUNNING:
                waiting = True
            if state is not None:
                done = batch.size if state.status is not BatchStatus.RUNNING else state.done
                hours = to.batch_limits.hours
                number = self._order[batch.id]
                self._tell(Step(number, len(self._order), done, batch.size, hours))
        return waiting

    async def _try(self, batch: Batch, to: BatchTagger) -> BatchState | None:
        try:
            state = await self.once(batch, to)
        except TaggerUnavailableError as exc:
            self._failures += 1
            if self._failures >= _FAILURES:
                raise BatchServiceError(
                    f"{batch.tagger} does not say how its batches are: {exc.message}",
                    cure="They go on there: run the same command again later.",
                ) from exc
            logger.warning("looking after batches again soon: %s", exc.message)
            if exc.retry_after:
                await pause(self._options, exc.retry_after, self._stopping)
            return None
        self._failures = 0
        return state

    async def _take_in(self, batch: Batch, to: BatchTagger, state: BatchState) -> None:
        assert batch.service_id is not None
        if state.status not in (BatchStatus.REJECTED, BatchStatus.GONE):
            async for custom, outcome in to.collect(batch.service_id):
                await self._keep(batch, custom, outcome)
        if state.status is BatchStatus.REJECTED:
            self.rejected = TaggerSetupError(
                f"{batch.tagger} did not take a batch: {state.reason}",
                cure="If it is too much at once, set 'requests' in [batch] lower.",
            )
            logger.warning("%s", self.rejected)
        status = state.status.value
        paid = state.status is BatchStatus.GONE
        left = await self._lane(lambda c: batches.end(c, batch, status, paid=paid))
        self.tally.unanswered += left

    async def _keep(self, batch: Batch, custom: str, outcome: Answer | TaggerError) -> None:
        """Keep what came of one photo, in one transaction: a crash loses none, and doubles none."""
        attempts = self._attempts
        if isinstance(outcome, Answer):
            answer = outcome
            new = await self._lane(lambda c: batches.answered(c, batch, custom, answer))
        else:
            error = outcome
            new = await self._lane(lambda c: batches.failed(c, batch, custom, error, attempts))
        if new:
            self._count(outcome)

    def _count(self, outcome: Answer | TaggerError) -> None:
        tally = self.tally
        usage: Usage | None = outcome.usage
        if usage is not None:
            known = tally.cost is not None and usage.cost is not None
            tally.cost = tally.cost + usage.cost if known else None  # type: ignore[operator]  # both are numbers then
        if isinstance(outcome, Answer):
            tally.answered += 1
        elif outcome.error_class.value == "refused":
            tally.refused += 1
        elif outcome.stops_run or isinstance(outcome, TaggerUnavailableError):
            tally.unanswered += 1
            self.trouble = self.trouble or (outcome if outcome.stops_run else None)
        else:
            tally.failed += 1
