"""Filling batches: into a file on disk, so that memory does not grow with the photos."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from typing import BinaryIO

from tagwright.errors import StateError
from tagwright.model import Facts, Rendition
from tagwright.pipeline.asking import Desk, intent_of
from tagwright.pipeline.batching.counting import Estimate
from tagwright.pipeline.purse import Purse
from tagwright.pipeline.results import Session
from tagwright.ports import BatchTagger, PricedTagger
from tagwright.state import batches
from tagwright.state.answers import Question
from tagwright.state.batches import custom_id
from tagwright.state.queue import Job

Send = Callable[[BatchTagger, int, BinaryIO], Awaitable[None]]


class Filler:
    """The basket of one tagger: a batch is handed over as soon as it is full."""

    def __init__(
        self, session: Session, tagger: BatchTagger, send: Send, requests: int | None
    ) -> None:
        """``send`` hands over a batch by its number; ``requests`` bounds how many are in one."""
        self.tagger = tagger
        self.under_way = 0
        self._session = session
        self._send = send
        limits = tagger.batch_limits
        self._most = min(limits.requests, requests or limits.requests)
        self._room = limits.bytes
        self._purse = Purse(session.lane, session.settings.budget)
        self._lock = asyncio.Lock()
        self._batch: int | None = None
        self._spool: BinaryIO | None = None
        self._requests = 0
        self._bytes = 0

    async def add(
        self, job: Job, question: Question, desk: Desk, facts: Facts, picture: Rendition
    ) -> None:
        """Put a photo into the batch, its money being set aside.

        Raises:
            ShortError: a cap would be passed; the batch stays as it was.
        """
        line = await self.tagger.encode(custom_id(question), picture, facts) + b"\n"
        if len(line) > self._room:
            return  # too large for any batch
        dear = await self._purse.most(desk.tagger, picture, facts)
        most = None if dear is None else dear * (1 - self.tagger.batch_limits.discount)
        run_id, caps = self._session.run_id, self._session.settings.budget.caps
        intent = intent_of(run_id, job, question, desk.tagger, facts, picture, most)
        async with self._lock:
            if self._requests >= self._most or self._bytes + len(line) > self._room:
                await self._hand_over()
            filled = self._batch
            batch = await self._session.lane(lambda c: batches.add(c, filled, intent, caps))
            if batch is None:
                self.under_way += 1
                return
            self._batch = batch
            await asyncio.to_thread(self._write, line)
            self._requests += 1
            self._bytes += len(line)

    async def finish(self) -> None:
        """Hand over what is left."""
        async with self._lock:
            await self._hand_over()

    async def drop(self) -> None:
        """Forget what was not handed over, and give its money back."""
        async with self._lock:
            if self._batch is not None:
                await self._forget(self._batch)
            self._close()

    async def _hand_over(self) -> None:
        batch, spool = self._batch, self._spool
        if batch is None or spool is None:
            return
        self._batch = self._spool = None
        self._requests = self._bytes = 0
        with spool:
            await self._send(self.tagger, batch, spool)

    async def _forget(self, batch_id: int) -> None:
        batch = await self._session.lane(lambda c: batches.find(c, batch_id))
        assert batch is not None
        await self._session.lane(lambda c: batches.end(c, batch, "lost"))

    def _write(self, line: bytes) -> None:
        try:
            if self._spool is None:
                # Nameless, so that no picture is left behind, however we end.
                self._spool = tempfile.TemporaryFile()  # noqa: SIM115 - outlives this call
            self._spool.write(line)
            self._spool.flush()
        except OSError as exc:
            raise StateError(
                f"the batch cannot be put together in {tempfile.gettempdir()}: {exc.strerror}.",
                cure="Make room there, or let TMPDIR name another directory.",
            ) from exc

    def _close(self) -> None:
        if self._spool is not None:
            self._spool.close()
        self._batch = self._spool = None
        self._requests = self._bytes = 0


class Counter:
    """The basket of a dry run: it only counts."""

    def __init__(self, tagger: BatchTagger, requests: int | None) -> None:
        """Count for one tagger; ``requests`` bounds how many photos are in one batch."""
        limits = tagger.batch_limits
        self.tagger = tagger
        self.under_way = 0
        self.estimate = Estimate(limits)
        self._most = min(limits.requests, requests or limits.requests)
        self._seen: set[str] = set()

    async def add(
        self,
        job: Job,  # noqa: ARG002 - of the port
        question: Question,
        desk: Desk,
        facts: Facts,
        picture: Rendition,
    ) -> None:
        """Count a photo; twins count once."""
        custom = custom_id(question)
        if custom in self._seen:
            return
        self._seen.add(custom)
        line = await self.tagger.encode(custom, picture, facts) + b"\n"
        asked = desk.tagger
        quote = await asked.quote(picture, facts) if isinstance(asked, PricedTagger) else None
        self.estimate.add(len(line), quote, self._most)
