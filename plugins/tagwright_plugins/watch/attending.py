"""Stands beside the daemon while it lives: tells systemd, people and scrapers how it is."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tagwright.errors import BudgetError, StateError, StorageError, TaggerUnavailableError
from tagwright.state import Lane, runs
from tagwright_plugins.cli.assembly import State
from tagwright_plugins.watch.notifying.channels import make_channels
from tagwright_plugins.watch.notifying.notices import RARELY, Kind
from tagwright_plugins.watch.notifying.notifier import Notifier
from tagwright_plugins.watch.observing import Living, Observed, Vitals, observe
from tagwright_plugins.watch.standing import Standing, keep
from tagwright_plugins.watch.supervisor import Supervisor

_log = logging.getLogger(__name__)
_TURN = 2.0  # s between two looks
_STARTING = "starting"
_KINDS: tuple[tuple[type[Exception], Kind], ...] = (
    (BudgetError, Kind.BUDGET),
    (StorageError, Kind.DISK),
    (StateError, Kind.DISK),
    (TaggerUnavailableError, Kind.TAGGER_AWAY),
)
_OVER = {
    Kind.TAGGER_AWAY: "The tagger answers again.",
    Kind.BUDGET: "There is money again; photos are worked on.",
    Kind.DISK: "The disk takes changes again.",
}


@dataclass(frozen=True, slots=True)
class Attention:
    """What is wanted."""

    listen: str = "127.0.0.1:9464"  # or "none"
    command: tuple[str, ...] = ()  # that is told of trouble
    away: float = 900.0  # s that a tagger may be away before that is told


@contextlib.asynccontextmanager
async def attended(
    daemon: Living,
    wanted: Attention,
    state: State,
    directory: Path,
    *,
    name: str = "watch",
    turn: float = _TURN,
) -> AsyncIterator[Attendant]:
    """Attend to a daemon for as long as the block lasts; ``directory`` holds its state.

    Its ``name`` is that of its kind of runs, too.

    Raises:
        ConfigurationError: an address cannot be used.
        MissingProgramError: Apprise is wanted, and not installed.
    """
    observed = partial(observe, daemon)
    supervisor = Supervisor.from_environment()
    notifier = Notifier(make_channels(wanted.command), away=wanted.away)
    attendant = Attendant(name, observed, supervisor, notifier, state, directory)
    async with _served(wanted.listen, state.lane, observed) as url:
        if url is not None:
            _log.info("Health and metrics: %s", url)
        telling = asyncio.create_task(notifier.serve())
        others = [
            asyncio.create_task(supervisor.guard(observed)),
            asyncio.create_task(attendant.attend(turn)),
        ]
        try:
            yield attendant
        except Exception as exc:
            if _is_news(directory / f"{name}.told.stopped"):
                notifier.stopped(f"The daemon has ended: {exc}")
            raise
        finally:
            supervisor.stopping()  # where it was too quick to be seen
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            notifier.close()
            await telling


def _served(listen: str, lane: Lane, observed: Observed) -> AbstractAsyncContextManager[str | None]:
    try:
        from tagwright_plugins.watch.health.serving import serving  # noqa: PLC0415 - an extra
    except ImportError:
        _log.info("Health and metrics are not served: that takes pip install 'tagwright[watch]'.")
        return contextlib.nullcontext()
    return serving(listen, lane, observed)


class Attendant:
    """Looks at the daemon now and then, and passes on what is news."""

    def __init__(  # noqa: PLR0917 - all whom it tells
        self,
        name: str,
        observed: Observed,
        supervisor: Supervisor,
        notifier: Notifier,
        state: State,
        directory: Path,
    ) -> None:
        self._name = name
        self._observed = observed
        self._supervisor = supervisor
        self._notifier = notifier
        self._state = state
        self._directory = directory
        self._kept: Standing | None = None
        self._ready = False
        self._said = ""
        self._failed = ("", 0)  # run, and how many of its photos were set aside

    def reloading(self) -> None:
        """Say that the configuration is being read anew."""
        self._supervisor.reloading()
        self._ready = False

    async def attend(self, turn: float) -> None:
        """Look until cancelled."""
        await self._remember()
        while True:
            vitals = self._observed()
            self._tell_systemd(vitals)
            self._tell_people(vitals)
            self._keep(vitals)
            await asyncio.sleep(turn)

    def _keep(self, vitals: Vitals) -> None:
        owner = self._state.owner.id
        now = Standing(owner, vitals.run_id, vitals.doing, vitals.since, vitals.reason)
        if now != self._kept:
            self._kept = now
            keep(self._directory, self._name, now)

    async def _remember(self) -> None:
        """Tell if the daemon before this one came to a bad end."""
        mine = self._observed().run_id
        try:
            recent = await self._state.lane(lambda c: runs.recent(c, 2))
        except StateError:
            return  # the daemon meets it, too
        before = next((run for run in recent if run.kind == self._name and run.id != mine), None)
        bad = before is not None and before.status in {"running", "killed", "stopped"}
        if bad and _is_news(self._directory / f"{self._name}.told.started"):
            self._notifier.started("The daemon runs again; the one before came to a bad end.")

    def _tell_systemd(self, vitals: Vitals) -> None:
        said = _status(vitals)
        if not self._ready and vitals.doing != _STARTING:
            self._ready = True
            self._supervisor.ready(said)
        elif vitals.doing == "draining" and said != self._said:
            self._supervisor.stopping()
        elif said != self._said:
            self._supervisor.status(said)
        self._said = said

    def _tell_people(self, vitals: Vitals) -> None:
        present = _troubles(vitals)
        for kind, over in _OVER.items():
            if kind in present:
                self._notifier.trouble(kind, present[kind])
            else:
                self._notifier.over(kind, over)
        failed = (vitals.run_id, dict(vitals.tally).get("failed", 0))
        before = self._failed[1] if failed[0] == self._failed[0] else 0
        self._failed = failed
        if failed[1] > before:
            self._notifier.set_aside(failed[1] - before)


def _is_news(told: Path) -> bool:
    """Say whether nothing was told for a while, of what may happen at every start; note it."""
    with contextlib.suppress(OSError):
        if 0 <= time.time() - told.stat().st_mtime < RARELY:
            return False
    with contextlib.suppress(OSError):
        told.touch()
    return True


def _status(vitals: Vitals) -> str:
    if vitals.reason:
        return f"{vitals.doing}: {vitals.reason}"
    tally = dict(vitals.tally)
    return f"{vitals.doing}: {tally.get('tagged', 0)} tagged, {tally.get('failed', 0)} failed"


def _troubles(vitals: Vitals) -> dict[Kind, str]:
    """Return what keeps the daemon from its work, in words for people."""
    present: dict[Kind, str] = {}
    if vitals.tagger == "waiting":
        present[Kind.TAGGER_AWAY] = f"Photos wait: {vitals.reason or 'the tagger is away'}."
    for error, kind in _KINDS:
        if isinstance(vitals.trouble, error):
            present[kind] = f"Photos wait: {vitals.trouble.message}"
            break
    return present
