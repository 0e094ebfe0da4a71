"""What ``tagwright tag`` does."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import click

from tagwright.configuration import Configuration, load
from tagwright.configuration.chains import make_chains, members_of
from tagwright.errors import TagwrightError
from tagwright.pipeline import Estimator, Result, Runner, Session, Settings, Tally
from tagwright.state import runs
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.names import to_reference
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.assembly import (
    State,
    make_library,
    make_settings,
    make_tagger,
    make_taxonomy,
    open_state,
)
from tagwright_plugins.cli.batches.lane import through_batches
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.options import AskingOptions
from tagwright_plugins.cli.tag.estimating import estimate_only
from tagwright_plugins.cli.tag.preparing import prepare
from tagwright_plugins.cli.tag.reporting import Reporter, reporter
from tagwright_plugins.contact_sheet import ContactSheet


@dataclass(frozen=True, slots=True)
class TagOptions(AskingOptions):
    """The options of the command, as click gives them."""

    dry_run: bool
    explain: bool
    as_json: bool
    force: bool
    reask: bool
    budget: str | None
    estimate: bool
    no_bursts: bool
    batch: bool
    report: Path | None

    def configuration(self) -> Configuration:
        """Return the configuration with these options laid over it."""
        configuration, _ = load(
            self.config,
            self.overrides()
            | {
                "budget.run": self.budget,
                "bursts.share": False if self.no_bursts else None,
            },
        )
        return configuration


MakeLibrary = Callable[
    [Configuration, Sequence[Path], Callable[[Path, str], None] | None], FileLibrary
]


class Companion(Protocol):
    """Goes with a long run, of which it is known beforehand how long, and what it will cost."""

    def expected(self, tally: Tally) -> int:
        """Return how many photos it will be, by what is known so far."""

    def photo(self, result: Result) -> None:
        """Hear what became of a photo."""

    def troubled(self, runner: Runner, error: TagwrightError) -> None:
        """Have a run go on or end, that is held because of something."""


def run(paths: Sequence[Path], options: TagOptions) -> int:
    """Tag and return the exit code."""
    configuration = options.configuration()
    gc.freeze()  # modules stay for ever; the collector need not walk them for each batch
    with open_state(configuration) as state:
        return asyncio.run(tag(paths, options, configuration, state))


async def tag(
    paths: Sequence[Path],
    options: TagOptions,
    configuration: Configuration,
    state: State,
    library_of: MakeLibrary = make_library,
) -> int:
    """Tag what lies below ``paths`` in an open state, and return the exit code."""
    async with AsyncExitStack() as stack:
        settings = await prepared(stack, options, configuration)
        if options.estimate:
            library = library_of(configuration, paths, _skipped)
            stack.push_async_callback(library.aclose)
            session = Session(library, settings, state.lane, state.owner, "")
            return await estimate_only(session, as_json=options.as_json)
        run_id = await begun(options, configuration, state, "tag")
        report = stack.enter_context(reporter(options, settings.taxonomy))
        library = library_of(configuration, paths, report.skipped)
        stack.push_async_callback(library.aclose)
        session = Session(library, settings, state.lane, state.owner, run_id)
        return await carry_out(stack, session, options, configuration, report)
    raise AssertionError  # never: the stack lets errors pass


def _skipped(path: Path, reason: str) -> None:
    click.echo(f"{to_reference(path)}: {reason}", err=True)


async def prepared(
    stack: AsyncExitStack, options: TagOptions, configuration: Configuration
) -> Settings:
    """Make the settings of a run and have its taggers ready; the stack closes them.

    Raises:
        TagwrightError: the configuration, the taxonomy or a tagger cannot be used.
    """
    taxonomy = make_taxonomy(configuration)
    made = []
    for spec in members_of(make_chains(configuration)):
        made.append(make_tagger(configuration, taxonomy, spec))
        stack.push_async_callback(made[-1].aclose)
    if not options.estimate:
        await prepare(made, quiet=options.as_json)
    how = {"dry_run": options.dry_run, "force": options.force, "reask": options.reask}
    return make_settings(configuration, taxonomy, made, **how)


async def begun(options: TagOptions, configuration: Configuration, state: State, kind: str) -> str:
    """Begin a run; return its identifier."""
    kind = "dry run" if options.dry_run else kind
    frozen = configuration.model_dump(mode="json")
    return await state.lane(lambda c: runs.begin(c, kind, state.owner.id, frozen))


async def carry_out(  # noqa: PLR0917 - a run, and who goes with it
    stack: AsyncExitStack,
    session: Session,
    options: TagOptions,
    configuration: Configuration,
    report: Reporter,
    companion: Companion | None = None,
) -> int:
    """Do all that a run is to do, in batches first if that is asked for; return the exit code."""
    settings, library = session.settings, session.library
    if vain := wording.albums(settings.policy, library.holds):
        report.note(vain)
    sheet = None
    if options.report:
        sheet = ContactSheet(library, settings.taxonomy, settings.rendition)
    early = None
    if options.batch:
        ready, early = await through_batches(session, configuration, report, stack)
        if ready is None:
            return early or 0
        session = ready
    code = await _work(session, report, sheet, companion)
    if sheet is not None and options.report is not None:
        await sheet.write(options.report)
    return early or code


async def _work(
    session: Session,
    report: Reporter,
    sheet: ContactSheet | None,
    companion: Companion | None,
) -> int:
    def each(result: Result) -> None:
        report.photo(result)
        if companion is not None:
            companion.photo(result)
        if sheet is not None:
            sheet.add(result)

    async def scanned() -> None:
        if companion is not None:
            return
        estimator = Estimator(session.settings, session.lane, session.run_id)
        report.estimate(await estimator.estimate(runner.tally.queued))

    def troubled(error: TagwrightError) -> None:
        assert companion is not None
        companion.troubled(runner, error)

    runner = Runner(session, each, scanned, trouble=troubled if companion else None)
    report.watch(runner.tally, companion.expected if companion else None)

    def stop() -> None:
        report.note("Finishing what is in hand; press Ctrl-C again to stop at once.")
        runner.stop()

    with interruptible(stop) as interrupted:
        try:
            await runner.run()
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()  # what follows closes the run in good order
    status = "interrupted" if interrupted else "stopped" if runner.halted_by else "done"
    tally = runner.tally
    await session.lane(lambda c: runs.end(c, session.run_id, status, tally.as_dict()))
    await report.summary(session, runner, status)
    return INTERRUPTED if interrupted else _exit_code(runner, report)


def _exit_code(runner: Runner, report: Reporter) -> int:
    if runner.halted_by is not None:
        return runner.halted_by.exit_code
    return 1 if runner.tally.failed or report.trouble else 0
