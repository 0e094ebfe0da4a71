"""One run over one photo library."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

from tagwright.errors import (
    AssetError,
    AwaitedError,
    ErrorClass,
    InHandError,
    TagwrightError,
    VanishedError,
)
from tagwright.pipeline.asking import Asker, Desk
from tagwright.pipeline.backlog import Backlog
from tagwright.pipeline.bursts import Bursts
from tagwright.pipeline.desks import open_desks
from tagwright.pipeline.gates.opening import open_gates
from tagwright.pipeline.intake import Intake
from tagwright.pipeline.photo import Photo
from tagwright.pipeline.purse import Purse
from tagwright.pipeline.results import Result, Session, Tally
from tagwright.pipeline.retrying import delay, verdict
from tagwright.pipeline.scanning import source_of
from tagwright.pipeline.sites import Sites
from tagwright.pipeline.turns import Turns
from tagwright.ports import NamedLibrary, SlowLibrary, Tagger
from tagwright.state import absences, calls, queue, runs, visits
from tagwright.state.queue import Job

logger = logging.getLogger(__name__)

_PREPARING = 4  # photos made ready beyond those that are with a tagger, at least
_SPELL = 600.0  # s after which a tagger is asked again that was given up, in a run that lasts
_LONGEST_NAP = 60.0  # s without a look at the queue while something is put off


async def _nothing() -> None:
    """Do nothing."""


class Runner:
    """Takes in, queues and works until its source ends and nothing is left, or is stopped.

    Taking in and work overlap. Work is durable from the moment that an asset is seen, so a killed
    run is taken up by the next one. Memory does not grow with the number of photos.

    The source is one scan of the library, or a watcher. With ``trouble`` the run lasts: what may
    pass is tried again in it, later each time, and what stops all photos holds it instead of
    ending it, until it is told to :meth:`go_on`.
    """

    def __init__(
        self,
        session: Session,
        report: Callable[[Result], None],
        scanned: Callable[[], Awaitable[None]] = _nothing,
        *,
        trouble: Callable[[TagwrightError], None] | None = None,
        way: Callable[[Session, Asker, Sequence[Desk]], Photo] = Photo,
    ) -> None:
        """Make a run that has not begun.

        Args:
            session: What is worked on, and how.
            report: Is called with each photo's result, in the event loop.
            scanned: Is awaited once the tally says how many photos are queued.
            trouble: Is told what stops all photos, in a run that lasts.
            way: What is done with each; all that there is to do, unless another one is given.
        """
        self.tally = Tally()
        self.halted_by: TagwrightError | None = None
        self._session = session
        self._lane = session.lane
        self._run_id = session.run_id
        self._report = report
        self._scanned = scanned
        self._source = source_of(session, self.tally)
        self._backlog = Backlog(session.ahead, self.tally, lasting=trouble is not None)
        self._trouble = trouble
        self._way = way
        self._sites = Sites(session)
        self._goals = [one.settings.goal for one in self._sites.sessions]
        self._photos: list[Photo] = []  # ways of photos, by the sites that they are at
        # One of each for all sites: they share the budget, and twins may lie at several.
        self._purse = Purse(session.lane, session.settings.budget)
        self._bursts = Bursts(session.lane, session.settings.bursts)
        self._turns = Turns()
        self._stopping = asyncio.Event()
        self._arrived = asyncio.Event()
        self._going = asyncio.Event()
        self._going.set()
        self._in_hand: set[int] = set()
        self._desks: list[Desk] = []
        self._asked_all_at = time.monotonic()

    @property
    def away(self) -> tuple[str, ...]:
        """The taggers that are taken to be down."""
        closed = (desk.tagger.name for desk in self._desks if desk.gate.is_closed)
        return tuple(dict.fromkeys(closed))

    @property
    def is_held(self) -> bool:
        """Whether no other photo is begun with."""
        return not self._going.is_set()

    def stop(self) -> None:
        """Take up nothing more; what is in hand is finished."""
        self._stopping.set()
        self._source.stop()
        self._backlog.end()
        self._going.set()
        self._arrived.set()

    def end(self, error: TagwrightError) -> None:
        """Stop because of something, the first of several."""
        self.halted_by = self.halted_by or error
        self.stop()

    def hold(self) -> None:
        """Begin with no other photo for now; what is in hand is finished, what arrives is kept."""
        self._going.clear()

    def go_on(self) -> None:
        """Begin with photos again, and look at once what is due."""
        self._ask_all_again()
        self._going.set()
        self._arrived.set()

    async def run(self) -> Tally:
        """Do it all. ``halted_by`` says afterwards what ended the run early, if anything did."""
        await self._prepare()
        asked = max(tagger.concurrency for tagger in self._taggers)
        # Half as many again, so that there is work left while all of the first wait for answers.
        ready = asked + max(_PREPARING, asked // 2)
        workers = ready + self._writes
        jobs: asyncio.Queue[Job | None] = asyncio.Queue(maxsize=ready)
        places = asyncio.Semaphore(ready)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._take_in())
                tasks.create_task(self._feed(jobs, ready, workers))
                for _ in range(workers):
                    tasks.create_task(self._work(jobs, places))
        finally:
            left = list(self._in_hand)
            await asyncio.shield(asyncio.ensure_future(self._put_back(left)))
        return self.tally

    @property
    def _writes(self) -> int:
        library = self._session.library
        return library.writes_at_once if isinstance(library, SlowLibrary) else 0

    @property
    def _taggers(self) -> list[Tagger]:
        return [tagger for one in self._sites.sessions for tagger in one.settings.taggers]

    async def _prepare(self) -> None:
        await self._lane(lambda c: queue.reclaim(c, self._session.owner.is_alive))
        await self._lane(lambda c: runs.close_dead(c, self._session.owner.is_alive))
        await self._lane(calls.reckon)
        gates = await open_gates(self._taggers, self._lane)
        for session in self._sites.sessions:
            desks = await open_desks(session.settings, self._lane, gates)
            self._desks.extend(desks)
            self._photos.append(self._way(session, self._asker(session), desks))

    def _asker(self, session: Session) -> Asker:
        settings = session.settings
        return Asker(
            self._lane,
            self._run_id,
            self._purse,
            attempts=settings.attempts,
            bursts=self._bursts,
            turns=self._turns,
            guard=settings.guard,
        )

    async def _take_in(self) -> None:
        lasting = self._trouble is not None
        args = self._session, self._sites, self._source, self.tally, self._arrived.set
        try:
            await Intake(*args, self._backlog, lasting=lasting).run()
        except TagwrightError as exc:
            self.end(exc)
        self.tally.scanned = True
        self._arrived.set()
        await self._scanned()

    async def _feed(self, jobs: asyncio.Queue[Job | None], ready: int, workers: int) -> None:
        while not self._stopping.is_set():
            await self._going.wait()
            if self._trouble is not None and time.monotonic() - self._asked_all_at > _SPELL:
                self._ask_all_again()
            self._arrived.clear()
            scanned = self.tally.scanned  # read before the lease: a later arrival is not missed
            taken = await self._lane(
                lambda c: queue.lease(c, self._run_id, self._session.owner.id, ready)
            )
            self._in_hand.update(job.asset_id for job in taken)
            for job in taken:
                await jobs.put(job)
            if not taken:
                if scanned:
                    break
                self._backlog.moved(dry=True)
                await self._nap()
        for _ in range(workers):
            await jobs.put(None)

    def _ask_all_again(self) -> None:
        """Forget which taggers were not to be asked any more."""
        self._asked_all_at = time.monotonic()
        for desk in self._desks:
            desk.out = None

    async def _nap(self) -> None:
        """Wait until something arrives, or is due that was put off."""
        due = await self._lane(lambda c: queue.next_due(c, self._run_id))
        # Not longer than that at once, as clocks are set.
        seconds = None if due is None else min(max(due - time.time(), 0.05), _LONGEST_NAP)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._arrived.wait()

    async def _work(self, jobs: asyncio.Queue[Job | None], places: asyncio.Semaphore) -> None:
        going_on = True
        while going_on:
            async with AsyncExitStack() as place:  # among those that are made ready
                await place.enter_async_context(places)
                job = await jobs.get()
                going_on = job is not None
                if job is not None:
                    await self._take_up(job, place.aclose)

    async def _take_up(self, job: Job, made_ready: Callable[[], Awaitable[None]]) -> None:
        if self._stopping.is_set() or not self._going.is_set():
            await self._put_back([job.asset_id])
            self._in_hand.discard(job.asset_id)
            return
        result = await self._named(job, await self._one(job, made_ready))
        self._in_hand.discard(job.asset_id)
        self.tally.asked = sum(photo.asker.asked for photo in self._photos)
        self.tally.earlier = sum(photo.asker.earlier for photo in self._photos)
        self.tally.spent = self._purse.spent
        self.tally.shared = self._bursts.shared
        self.tally.add(result)
        self._backlog.moved()
        self._report(result)

    async def _named(self, job: Job, result: Result) -> Result:
        """Return a result that people can tell which photo it is of."""
        library = self._session.library
        if not isinstance(library, NamedLibrary):
            return result
        name = library.called(job.ref)
        if result.error is not None:
            name = await self._lane(lambda c: visits.called(c, job.asset_id, name))
        return replace(result, ref=replace(job.ref, name=name))

    async def _one(self, job: Job, made_ready: Callable[[], Awaitable[None]]) -> Result:
        site = self._sites.index(job.ref.reference)
        goal = self._goals[site]
        try:
            return await self._photos[site].process(job, made_ready)
        except TagwrightError as exc:
            error = exc
        except Exception as exc:  # a fault in a plugin must not end the run
            logger.exception("unexpected error at %s", job.ref)
            error = AssetError(
                f"unexpected {type(exc).__name__}: {exc}",
                asset=str(job.ref),
                cure="Please report this with the log.",
            )
        if error.stops_run:
            self._halt(error)
            await self._put_back([job.asset_id])
            return Result(job.ref, "left", error=error)
        if isinstance(error, AwaitedError):
            await self._lane(lambda c: queue.release(c, [job.asset_id]))
            return Result(job.ref, "left", error=error)
        if isinstance(error, InHandError):
            run_id = None if self._trouble is None else self._run_id
            await self._lane(lambda c: queue.set_down(c, job.asset_id, run_id))
            self._arrived.set()
            return Result(job.ref, "left", error=error)
        error.asset = error.asset or str(job.ref)
        if self._trouble is not None:
            return await self._put_off(job, error, goal)
        await self._lane(lambda c: queue.failed(c, job, error, goal))
        return Result(job.ref, "failed", error=error)

    async def _put_off(self, job: Job, error: TagwrightError, goal: str) -> Result:
        """Have a photo tried again in this run, unless that is in vain."""
        if isinstance(error, VanishedError):
            await self._lane(lambda c: absences.gone(c, job.asset_id))
            return Result(job.ref, "left", error=error)
        final, wait = verdict(job, error), delay(job.attempts + 1)
        await self._lane(lambda c: queue.failed(c, job, final, goal, again_in=wait))
        self._arrived.set()  # so that it is known when the next is due
        aside = final.error_class is ErrorClass.PERMANENT
        return Result(job.ref, "failed" if aside else "left", error=final)

    async def _put_back(self, asset_ids: list[int]) -> None:
        """Release work: a run that lasts goes on with it, else it is for the next one."""
        run_id = None if self._trouble is None else self._run_id
        await self._lane(lambda c: queue.release(c, asset_ids, run_id))

    def _halt(self, error: TagwrightError) -> None:
        if self._trouble is None:
            self.end(error)
        else:
            self.hold()
            self._trouble(error)
