"""Handing batches over, so that none is paid twice whatever happens in between."""

from __future__ import annotations

import asyncio
import logging
from typing import BinaryIO

from tagwright.errors import TaggerError, TaggerSetupError, TaggerUnavailableError
from tagwright.pipeline.batching.options import BatchOptions
from tagwright.ports import BatchTagger
from tagwright.state import Lane, batches
from tagwright.state.batches import Batch

logger = logging.getLogger(__name__)

_FIRST_PAUSE = 1.0  # s
_LONGEST_PAUSE = 60.0  # s
_CLOCKS = 600.0  # s that the clocks of the service and of this machine may be apart


class BatchServiceError(TaggerUnavailableError):
    """The vision service takes no batch for now."""

    stops_run = True


class Sender:
    """Hands over batches of one run."""

    def __init__(
        self, lane: Lane, options: BatchOptions, patience: float, stopping: asyncio.Event
    ) -> None:
        """``patience`` is how many seconds of trouble are waited out."""
        self.submitted = 0
        self.batches = 0
        self._lane = lane
        self._options = options
        self._patience = patience
        self._stopping = stopping

    async def send(self, to: BatchTagger, batch_id: int, requests: BinaryIO) -> None:
        """Hand over one batch.

        It is marked as being handed over first. When the answer of the service is lost, the batch
        is looked up there before it is handed over once more.

        Raises:
            TaggerError: it could not be, and no photo in it was taken; it ends the run.
        """
        await self._lane(lambda c: batches.submitting(c, batch_id))
        batch = await self._lane(lambda c: batches.find(c, batch_id))
        assert batch is not None
        name = await self._submit(to, batch, requests)
        await self._lane(lambda c: batches.submitted(c, batch_id, name))
        self.submitted += batch.size
        self.batches += 1

    async def _submit(self, to: BatchTagger, batch: Batch, requests: BinaryIO) -> str:
        begun, pause = self._options.clock(), _FIRST_PAUSE
        while True:
            requests.seek(0)
            try:
                return await to.submit(requests, batch.label)
            except TaggerUnavailableError as exc:
                wait = max(pause, exc.retry_after or 0.0)
                over = self._options.clock() + wait - begun > self._patience
                if not over:
                    await self._wait(wait)
                if name := await look_up(self._lane, to, batch):
                    return name
                if over or self._stopping.is_set():
                    await self._lane(lambda c: batches.end(c, batch, "lost"))
                    raise BatchServiceError(
                        f"{batch.tagger} takes no batch: {exc.message}",
                        cure="Nothing is lost: run the same command again later.",
                    ) from exc
                pause = min(pause * 2, _LONGEST_PAUSE)
            except TaggerError as exc:
                await self._lane(lambda c: batches.end(c, batch, "lost"))
                if exc.stops_run:
                    raise
                raise TaggerSetupError(exc.message, cure=exc.cure or _CURE) from exc

    async def _wait(self, seconds: float) -> None:
        logger.info("trying again to hand over a batch in %.0f s", seconds)
        await pause(self._options, seconds, self._stopping)


_CURE = "Run without --batch, or choose a model that takes batches."


async def look_up(lane: Lane, to: BatchTagger, batch: Batch) -> str:
    """Return the service's name of a batch whose handing over did not come to its end, or nothing.

    Raises:
        TaggerError: that cannot be found out now; the batch stays marked as being handed over.
    """
    known = await lane(lambda c: batches.service_ids(c, batch.tagger))
    since = (batch.submitted_at or batch.created_at) - _CLOCKS
    try:
        return await to.find(batch.label, batch.size, since, known)
    except TaggerUnavailableError as exc:
        raise BatchServiceError(
            f"it cannot be found out now whether {batch.tagger} has a batch: {exc.message}",
            cure="Nothing is lost: run the same command again later.",
        ) from exc


async def pause(options: BatchOptions, seconds: float, stopping: asyncio.Event) -> None:
    """Wait, but not once it is to stop."""
    tasks = [asyncio.ensure_future(options.sleep(seconds)), asyncio.ensure_future(stopping.wait())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
