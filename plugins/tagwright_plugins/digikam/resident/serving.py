"""What ``tagwright digikam serve`` does: tags what is handed to it, and ends when nothing is."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.configuration.chains import make_chains, members_of
from tagwright.pipeline import Result, Runner, Session, Settings
from tagwright.state import runs
from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.installation import look
from tagwright_adapters.files.library import FileLibrary
from tagwright_plugins.cli.assembly import (
    State,
    make_library,
    make_settings,
    make_tagger,
    make_taxonomy,
    open_state,
)
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.tag.preparing import prepare
from tagwright_plugins.digikam.protecting import database_tags
from tagwright_plugins.digikam.resident.counter import Counter
from tagwright_plugins.digikam.resident.door import Door, listening
from tagwright_plugins.digikam.syncing import obeying, warn
from tagwright_plugins.watch.logs import set_up
from tagwright_plugins.watch.telling import Teller

logger = logging.getLogger(__name__)


def run(configuration: Configuration, place: Path | None, idle: float) -> int:
    """Tag what is handed over until nobody was there for a while; return the exit code.

    Args:
        configuration: As it is without digiKam.
        place: Of digiKam's settings or database; None: where it has them.
        idle: Seconds.

    Raises:
        ConfigurationError: digiKam would not see what is written, or another one serves.
    """
    seen = look(place)
    if seen.behaviour is None:
        message = "no digikamrc leads to this database, so how digiKam reads photos is not known."
        raise DigikamError(message, cure="Name the digikamrc with --database.")
    obedient = obeying(seen.behaviour, configuration, place)
    warn(seen, seen.behaviour, obedient, dry_run=False)
    set_up(obedient.watch.log, journal="JOURNAL_STREAM" in os.environ)
    gc.freeze()  # modules stay for ever; the collector need not walk them for each batch
    roots = [root.path for root in seen.roots if root.path]
    # Whoever comes while all is made ready waits at the socket, and starts no other process.
    with listening(obedient.state) as queue, open_state(obedient) as state:
        further = database_tags(obedient, place)
        library = make_library(obedient, roots, Teller().skipped, further)
        return asyncio.run(_serve(obedient, library, state, queue, idle))


async def _serve(
    configuration: Configuration,
    library: FileLibrary,
    state: State,
    queue: socket.socket,
    idle: float,
) -> int:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(library.aclose)
        settings = await _settings(stack, configuration)
        frozen = configuration.model_dump(mode="json")
        run_id = await state.lane(lambda c: runs.begin(c, "tag", state.owner.id, frozen))
        session = Session(library, settings, state.lane, state.owner, run_id)
        return await _Shift(session).work(queue, idle)


async def _settings(stack: AsyncExitStack, configuration: Configuration) -> Settings:
    taxonomy = make_taxonomy(configuration)
    made = []
    for spec in members_of(make_chains(configuration)):
        made.append(make_tagger(configuration, taxonomy, spec))
        stack.push_async_callback(made[-1].aclose)
    await prepare(made, quiet=True)
    return make_settings(configuration, taxonomy, made, dry_run=False, force=False, reask=False)


class _Shift:
    """One run: all that is handed over until nobody was there for a while."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._teller = Teller()
        self._counter = counter = Counter(session.lane, session.library.name, session.run_id)
        self._runner = Runner(replace(session, source=lambda _: counter), self._tell)

    async def work(self, queue: socket.socket, idle: float) -> int:
        """Work until nobody was there for so many seconds, or a signal; return the exit code."""
        door = Door(self._counter)
        async with door.opened(queue):
            leaving = asyncio.create_task(door.be_idle(idle))
            leaving.add_done_callback(lambda _: self._runner.stop())

            def stop() -> None:
                leaving.cancel()

            logger.info("Photos can be handed over.")
            with interruptible(stop) as received:
                await self._until(leaving)
        halted = self._runner.halted_by
        await self._close("interrupted" if received else "stopped" if halted else "done")
        if halted is not None:
            return halted.exit_code
        return INTERRUPTED if received else 0

    def _tell(self, result: Result) -> None:
        self._teller.photo(self._session.run_id, result)
        self._counter.tell(result)

    async def _until(self, leaving: asyncio.Task[None]) -> None:
        try:
            await self._runner.run()
            if self._runner.halted_by is not None:
                # Another process would begin anew, and spend as much again as this one may.
                self._counter.give_up(str(self._runner.halted_by))
                await asyncio.wait({leaving})
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()  # the photos in hand were put back
        finally:
            leaving.cancel()
            self._counter.give_up("Tagwright was ended; ask again.")

    async def _close(self, status: str) -> None:
        run_id, tally, lane = self._session.run_id, self._runner.tally, self._session.lane
        if tally.finished:
            await lane(lambda c: runs.end(c, run_id, status, tally.as_dict()))
        else:
            await lane(lambda c: runs.forget(c, run_id))
