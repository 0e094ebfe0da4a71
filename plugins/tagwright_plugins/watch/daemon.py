"""The daemon: one run after the other, for as long as it lives."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date, datetime

from tagwright.errors import TagwrightError
from tagwright.pipeline import Result, Runner, Session, Tally
from tagwright.state import absences, runs
from tagwright.state.forgetting import forget
from tagwright_plugins.cli.assembly import State
from tagwright_plugins.watch.assembly import Setup
from tagwright_plugins.watch.holding import Holding
from tagwright_plugins.watch.quiet import QuietHours
from tagwright_plugins.watch.requests import Requests
from tagwright_plugins.watch.telling import Teller

logger = logging.getLogger(__name__)

_TURN = 2.0  # s
_UNHURRIED = 600.0  # s that photos in hand have when one run follows another
_IN_VAIN = 1.0  # s that photos in hand have when who is asked about them is away


def _now() -> datetime:
    return datetime.now().astimezone()


class Daemon:
    """Tags what comes to rest, under one configuration at a time.

    A run is what one day brings under one configuration: it can be taken back as such. A new one
    begins with a new day, with a new configuration, and where a person has it look again; each
    begins with a look at everything that is there.
    """

    def __init__(
        self,
        state: State,
        make: Callable[[], Awaitable[Setup]],
        requests: Requests,
        teller: Teller,
        *,
        kind: str = "watch",
        clock: Callable[[], datetime] = _now,
        turn: float = _TURN,
    ) -> None:
        """Make one that does not live yet.

        Args:
            state: The open database.
            make: Reads the configuration and makes everything of it.
            requests: What people ask of it.
            teller: Is told of each photo.
            kind: Of its runs.
            clock: The time here and now; a new day is a new run.
            turn: Seconds between two looks at clock and requests.
        """
        self.tally = Tally()
        self.run_id = ""
        self.beat = time.monotonic()
        self.since = time.time()
        self._last_state = "starting"
        self._db = state
        self._make = make
        self._requests = requests
        self._teller = teller
        self._kind = kind
        self._clock = clock
        self._turn = turn
        self._holding = Holding(requests, clock)
        self._runner: Runner | None = None
        self._status = "stopped"  # of the run, should it end now
        self._said_held = False
        self._ending = False
        self._reloading = False
        self._next: Setup | None = None
        self._woken = asyncio.Event()

    @property
    def state(self) -> str:
        """What it does: starting, live, paused, draining, or "waiting: " and for what."""
        state = self._state()
        if state != self._last_state:
            self._last_state, self.since = state, time.time()
        return state

    @property
    def watching(self) -> bool:
        """Whether it sees what arrives."""
        return self._runner is not None and not self._ending

    @property
    def away(self) -> tuple[str, ...]:
        """The taggers that are taken to be down."""
        return () if self._runner is None else self._runner.away

    @property
    def trouble(self) -> TagwrightError | None:
        """What keeps it from all photos, where it is an error."""
        return self._holding.trouble

    def stop(self) -> None:
        """End: begin with nothing more, and finish what is in hand."""
        self._ending = True
        self._woken.set()

    def reload(self) -> None:
        """Read the configuration anew; should it be broken, the one that there is stays."""
        self._reloading = True
        self._woken.set()

    async def run(self) -> None:
        """Live until stopped.

        Raises:
            TagwrightError: the configuration cannot be used at the start.
        """
        setup = await self._made()
        if setup is None:
            return
        try:
            while not self._ending:
                error = await self._guarded(setup)
                if self._next is not None:
                    await setup.aclose()
                    setup, self._next = self._next, None
                elif error is not None:
                    await self._rest(error)
        finally:
            await setup.aclose()

    def _state(self) -> str:
        if self._ending:
            return "draining"
        holds = self._runner is None or self._runner.is_held
        if holds and (reason := self._holding.reason):
            return reason
        if away := self.away:
            return f"waiting: no answer from {' and '.join(away)}"
        return "live" if self._runner is not None else "starting"

    async def _guarded(self, setup: Setup) -> TagwrightError | None:
        """Live through one run; return what ended it, if something did."""
        try:
            return await self._live(setup)
        except TagwrightError as exc:
            return exc
        except ExceptionGroup as exc:
            ours, others = exc.split(TagwrightError)
            if others is not None or ours is None:
                raise
            return _first(ours)
        finally:
            self._runner = None

    async def _live(self, setup: Setup) -> TagwrightError | None:
        day = self._clock().date()
        frozen = setup.configuration.model_dump(mode="json")
        owner = self._db.owner
        await self._close()
        self.run_id = run_id = await self._db.lane(
            lambda c: runs.begin(c, self._kind, owner.id, frozen)
        )
        self._status = "stopped"
        while await self._db.lane(forget):
            self.beat = time.monotonic()
        known = await self._db.lane(lambda c: absences.folders_of(c, setup.library.name))
        lane, sites = self._db.lane, setup.sites
        watcher = setup.watcher(known)
        session = Session(
            *(setup.library, setup.settings, lane, owner, run_id, sites),
            source=lambda _: watcher,
            own=setup.own,
        )
        runner = Runner(session, self._tell, trouble=self._troubled)
        self._runner, self.tally = runner, runner.tally
        self._holding.quiet = QuietHours(setup.quiet)
        self._hold_or_go(runner)
        logger.info("[%s] Watching.", run_id)
        working = asyncio.create_task(runner.run())
        working.add_done_callback(lambda _: self._woken.set())
        try:
            await self._mind(runner, working, day)
        finally:
            await self._drain(runner, working, setup.drain)
        self._status = "stopped" if runner.halted_by else "done"
        await self._close()
        return runner.halted_by

    async def _mind(self, runner: Runner, working: asyncio.Task[Tally], day: date) -> None:
        """Return when the run is to end."""
        while not (working.done() or self._ending or self._next is not None):
            self.beat = time.monotonic()
            if self._reloading:
                await self._reload()
                continue
            self._hold_or_go(runner)
            if self._clock().date() != day or self._requests.heard_look():
                self._holding.renew()
                return
            await self._sleep(self._turn)

    async def _reload(self) -> None:
        self._reloading = False
        try:
            self._next = await self._made()
        except TagwrightError as exc:
            logger.error("The new configuration is not taken, the old one stays: %s", exc)  # noqa: TRY400 - no fault of the program
        else:
            logger.info("The configuration was read anew.")
            self._holding.renew()

    async def _made(self) -> Setup | None:
        """Make everything of the configuration; None: it is to end before that is done."""
        making = asyncio.ensure_future(self._make())
        try:
            while not (making.done() or self._ending):  # a tagger may fetch a model first
                self.beat = time.monotonic()
                await asyncio.wait({making}, timeout=self._turn)
            return making.result() if making.done() else None
        finally:
            making.cancel()
            await asyncio.wait({making})

    def _hold_or_go(self, runner: Runner) -> None:
        reason = self._holding.reason
        if reason and not runner.is_held:
            runner.hold()
            self._said_held = self._holding.trouble is None  # which is said when it comes
            if self._said_held:
                logger.info("Photos wait: %s.", reason.partition(": ")[2])
        elif runner.is_held and not reason:
            runner.go_on()
            if self._said_held:
                logger.info("Photos are taken up.")

    async def _drain(self, runner: Runner, working: asyncio.Task[Tally], bound: float) -> None:
        """Let the photos in hand be finished, but not for ever."""
        runner.stop()
        began = time.monotonic()
        try:
            while not working.done() and (left := self._left(runner, began, bound)) > 0:
                self.beat = time.monotonic()
                await asyncio.wait({working}, timeout=min(self._turn, left))
        finally:
            working.cancel()
            await asyncio.wait({working})
        if not working.cancelled():
            working.result()  # raises what went wrong

    def _left(self, runner: Runner, began: float, bound: float) -> float:
        """Return for how many seconds what is in hand is still waited for."""
        # A new day or configuration can wait for answers that are paid for.
        most = bound if self._ending else max(bound, _UNHURRIED)
        return began + (min(most, _IN_VAIN) if runner.away else most) - time.monotonic()

    async def _close(self) -> None:
        """End the run that there is; the next one does it where the database fails meanwhile."""
        run_id, tally = self.run_id, self.tally
        if not run_id:
            return
        if tally.queued or tally.finished:
            await self._db.lane(lambda c: runs.end(c, run_id, self._status, tally.as_dict()))
        else:
            await self._db.lane(lambda c: runs.forget(c, run_id))
        self.run_id = ""

    async def _rest(self, error: TagwrightError) -> None:
        """Wait before a new run is begun, after one that could not go on."""
        self._holding.troubled(error)
        while self._holding.reason and not (self._ending or self._reloading):
            self.beat = time.monotonic()
            await self._sleep(self._turn)

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()

    def _tell(self, result: Result) -> None:
        if result.status == "tagged":
            self._holding.well()
        self._teller.photo(self.run_id, result)

    def _troubled(self, error: TagwrightError) -> None:
        self._holding.troubled(error)
        self._woken.set()


def _first(group: BaseException) -> TagwrightError:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    assert isinstance(group, TagwrightError)
    return group
