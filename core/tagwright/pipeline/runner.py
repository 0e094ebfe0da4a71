"""One run over one photo library."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from tagwright.errors import AssetError, AwaitedError, TagwrightError
from tagwright.pipeline.asking import Asker, Desk
from tagwright.pipeline.bursts import Bursts
from tagwright.pipeline.desks import open_desks
from tagwright.pipeline.photo import Photo
from tagwright.pipeline.purse import Purse
from tagwright.pipeline.results import Result, Session, Tally
from tagwright.pipeline.scanning import take
from tagwright.ports import Listing
from tagwright.state import calls, queue, runs
from tagwright.state.queue import Job, Wish

logger = logging.getLogger(__name__)

_PREPARING = 4  # photos made ready beyond those that are with a tagger, at least


async def _nothing() -> None:
    """Do nothing."""


class Runner:
    """Scans, queues and works until nothing is left, is stopped, or must stop.

    Scan and work overlap. Work is durable from the moment that an asset is seen, so a killed run
    is taken up by the next one. Memory does not grow with the number of photos.
    """

    def __init__(
        self,
        session: Session,
        report: Callable[[Result], None],
        scanned: Callable[[], Awaitable[None]] = _nothing,
        *,
        way: Callable[[Session, Asker, Sequence[Desk]], Photo] = Photo,
    ) -> None:
        """Make a run that has not begun.

        Args:
            session: What is worked on, and how.
            report: Is called with each photo's result, in the event loop.
            scanned: Is awaited once the tally says how many photos are queued.
            way: What is done with each; all that there is to do, unless another one is given.
        """
        self.tally = Tally()
        self.halted_by: TagwrightError | None = None
        self._session = session
        self._settings = session.settings
        self._lane = session.lane
        self._run_id = session.run_id
        self._report = report
        self._scanned = scanned
        self._way = way
        self._goal = session.settings.goal
        self._stopping = asyncio.Event()
        self._arrived = asyncio.Event()
        self._in_hand: set[int] = set()

    def stop(self) -> None:
        """Take up nothing more; what is in hand is finished."""
        self._stopping.set()
        self._arrived.set()

    async def run(self) -> Tally:
        """Do it all. ``halted_by`` says afterwards what ended the run early, if anything did."""
        photo = await self._prepare()
        asked = max(tagger.concurrency for tagger in self._settings.taggers)
        # Half as many again, so that there is work left while all of the first wait for answers.
        workers = asked + max(_PREPARING, asked // 2)
        jobs: asyncio.Queue[Job | None] = asyncio.Queue(maxsize=workers)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._scan())
                tasks.create_task(self._feed(jobs, workers))
                for _ in range(workers):
                    tasks.create_task(self._work(jobs, photo))
        finally:
            left = list(self._in_hand)
            await asyncio.shield(
                asyncio.ensure_future(self._lane(lambda c: queue.release(c, left)))
            )
        return self.tally

    async def _prepare(self) -> Photo:
        await self._lane(lambda c: queue.reclaim(c, self._session.owner.is_alive))
        await self._lane(lambda c: runs.close_dead(c, self._session.owner.is_alive))
        await self._lane(calls.reckon)
        settings = self._settings
        desks = await open_desks(settings, self._lane)
        asker = Asker(
            self._lane,
            self._run_id,
            Purse(self._lane, settings.budget),
            attempts=settings.attempts,
            bursts=Bursts(self._lane, settings.bursts),
            guard=settings.guard,
        )
        return self._way(self._session, asker, desks)

    async def _scan(self) -> None:
        listings = self._session.library.listings()
        while not self._stopping.is_set():
            try:
                batch = await asyncio.to_thread(take, listings)
            except TagwrightError as exc:
                self._halt(exc)
                break
            if not batch:
                break
            await self._compare(batch)
            self._arrived.set()
        self.tally.scanned = True
        self._arrived.set()
        await self._scanned()

    async def _compare(self, batch: list[Listing]) -> None:
        name = self._session.library.name
        wish = Wish(self._goal, self._run_id, self._settings.force)
        seen = await self._lane(lambda c: queue.compare(c, name, batch, wish))
        self.tally.found += sum(map(len, batch))
        self.tally.queued += seen.queued
        self.tally.unchanged += seen.unchanged
        self.tally.elsewhere += seen.elsewhere
        self.tally.set_aside += seen.set_aside

    async def _feed(self, jobs: asyncio.Queue[Job | None], workers: int) -> None:
        while not self._stopping.is_set():
            self._arrived.clear()
            scanned = self.tally.scanned  # read before the lease: a later arrival is not missed
            taken = await self._lane(
                lambda c: queue.lease(c, self._run_id, self._session.owner.id, workers)
            )
            self._in_hand.update(job.asset_id for job in taken)
            for job in taken:
                await jobs.put(job)
            if not taken:
                if scanned:
                    break
                await self._arrived.wait()
        for _ in range(workers):
            await jobs.put(None)

    async def _work(self, jobs: asyncio.Queue[Job | None], photo: Photo) -> None:
        while (job := await jobs.get()) is not None:
            if self._stopping.is_set():
                continue  # released at the end of the run
            result = await self._one(job, photo)
            self._in_hand.discard(job.asset_id)
            self.tally.asked = photo.asker.asked
            self.tally.earlier = photo.asker.earlier
            self.tally.spent = photo.asker.spent
            self.tally.shared = photo.asker.bursts.shared
            self.tally.add(result)
            self._report(result)

    async def _one(self, job: Job, photo: Photo) -> Result:
        try:
            return await photo.process(job)
        except TagwrightError as exc:
            error = exc
        except Exception as exc:  # a fault in a plugin must not end the run
            logger.exception("unexpected error at %s", job.ref)
            error = AssetError(
                f"unexpected {type(exc).__name__}: {exc}",
                asset=str(job.ref),
                cure="Please report this with the log.",
            )
        if error.stops_run or isinstance(error, AwaitedError):
            if error.stops_run:
                self._halt(error)
            await self._lane(lambda c: queue.release(c, [job.asset_id]))
            return Result(job.ref, "left", error=error)
        error.asset = error.asset or str(job.ref)
        await self._lane(lambda c: queue.failed(c, job, error, self._goal))
        return Result(job.ref, "failed", error=error)

    def _halt(self, error: TagwrightError) -> None:
        self.halted_by = self.halted_by or error
        self.stop()
