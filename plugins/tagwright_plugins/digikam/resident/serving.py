"""What ``tagwright digikam serve`` does: tags what is handed to it, and ends when nothing is."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from contextlib import AsyncExitStack
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.configuration.chains import make_chains, members_of
from tagwright.pipeline import Result, Runner, Session, Settings
from tagwright.state import runs
from tagwright_adapters.digikam.errors import DigikamError
from tagwright_adapters.digikam.installation import look
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
from tagwright_plugins.digikam.resident.door import Door
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
    with open_state(obedient) as state:
        return asyncio.run(_serve(obedient, place, roots, state, idle))


async def _serve(
    configuration: Configuration,
    place: Path | None,
    roots: list[Path],
    state: State,
    idle: float,
) -> int:
    async with AsyncExitStack() as stack:
        settings = await _settings(stack, configuration)
        further = database_tags(configuration, place)
        library = make_library(configuration, roots, Teller().skipped, further)
        stack.push_async_callback(library.aclose)
        frozen = configuration.model_dump(mode="json")
        run_id = await state.lane(lambda c: runs.begin(c, "tag", state.owner.id, frozen))
        session = Session(library, settings, state.lane, state.owner, run_id)
        return await _work(session, configuration.state, idle)


async def _settings(stack: AsyncExitStack, configuration: Configuration) -> Settings:
    taxonomy = make_taxonomy(configuration)
    made = []
    for spec in members_of(make_chains(configuration)):
        made.append(make_tagger(configuration, taxonomy, spec))
        stack.push_async_callback(made[-1].aclose)
    await prepare(made, quiet=True)
    return make_settings(configuration, taxonomy, made, dry_run=False, force=False, reask=False)


async def _work(session: Session, directory: Path, idle: float) -> int:
    counter, teller = Counter(session.lane, session.library.name, session.run_id), Teller()

    def each(result: Result) -> None:
        teller.photo(session.run_id, result)
        counter.tell(result)

    runner = Runner(session, each, source=counter)
    door = Door(counter)
    async with door.opened(directory):
        leaving = asyncio.create_task(door.be_idle(idle))
        leaving.add_done_callback(lambda _: runner.stop())
        logger.info("Photos can be handed over.")

        def stop() -> None:
            leaving.cancel()

        with interruptible(stop) as received:
            try:
                await runner.run()
                if runner.halted_by is not None:
                    # Another process would begin anew, and spend as much again as this one may.
                    counter.give_up(str(runner.halted_by))
                    await asyncio.wait({leaving})
            except asyncio.CancelledError:
                task = asyncio.current_task()
                assert task is not None
                task.uncancel()  # the photos in hand were put back
            finally:
                leaving.cancel()
                counter.give_up("Tagwright was ended; ask again.")
    status = "interrupted" if received else "stopped" if runner.halted_by else "done"
    await _close(session, runner, status)
    if runner.halted_by is not None:
        return runner.halted_by.exit_code
    return INTERRUPTED if received else 0


async def _close(session: Session, runner: Runner, status: str) -> None:
    run_id, tally = session.run_id, runner.tally
    if tally.finished:
        await session.lane(lambda c: runs.end(c, run_id, status, tally.as_dict()))
    else:
        await session.lane(lambda c: runs.forget(c, run_id))
