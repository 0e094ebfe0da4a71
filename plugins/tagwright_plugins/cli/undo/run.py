"""What ``tagwright undo`` does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Connection

from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError
from tagwright.state import runs, undoing
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo, choose_concepts, choose_taggers
from tagwright_plugins.cli.assembly import State, make_taxonomy, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.libraries import make_libraries
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.places import place
from tagwright_plugins.cli.progress import Progress
from tagwright_plugins.cli.undo.reporting import Report

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class UndoOptions:
    """The options of the command, as click gives them."""

    run_name: str | None
    concepts: tuple[str, ...]
    taggers: tuple[str, ...]
    day: str | None
    since: str | None
    until: str | None
    dry_run: bool
    yes: bool
    taxonomy: str | None
    as_json: bool
    config: Path | None
    state: Path | None

    @property
    def by_run_alone(self) -> bool:
        """Whether nothing but a run is named: what scripts always did without ``--yes``."""
        others = (*self.concepts, *self.taggers, self.day, self.since, self.until)
        return self.run_name is not None and not any(others)


def run(paths: Sequence[Path], options: UndoOptions) -> int:
    """Undo and return the exit code."""
    given = (options.run_name, *options.concepts, *options.taggers, options.day)
    if not any((*given, options.since, options.until, *paths)):
        msg = "say what to take back."
        cure = "Give --run last, --concept, --tagger, --day, --since, --until, photos or folders."
        raise ConfigurationError(msg, cure=cure)
    overrides = {"state": options.state, "taxonomy": options.taxonomy}
    configuration, _ = load(options.config, overrides)
    under = tuple(map(place, paths))
    choose = _choice(configuration, options, under)
    with open_state(configuration) as state, Progress(sys.stderr, quiet=options.as_json) as bar:
        naming = Naming(configuration)
        report = Report(bar, naming, as_json=options.as_json, dry_run=options.dry_run)
        work = _Work(configuration, state, report, ask=not (options.yes or options.dry_run))
        return asyncio.run(work.run(choose, options))


def _choice(
    configuration: Configuration, options: UndoOptions, under: tuple[str, ...]
) -> Callable[[Connection], Chosen]:
    since, until = _times(options)
    taxonomy = make_taxonomy(configuration) if options.concepts else None

    def choose(connection: Connection) -> Chosen:
        name = options.run_name
        chosen = Chosen(
            run=None if name is None else runs.find(connection, name).id,
            since=since,
            until=until,
            under=under,
            concepts=choose_concepts(connection, taxonomy, options.concepts) if taxonomy else None,
            taggers=choose_taggers(connection, options.taggers) if options.taggers else None,
        )
        if chosen.by_tag and chosen.run is not None and undoing.is_undo(connection, chosen.run):
            msg = "an undo is undone with all its tags."
            raise ConfigurationError(msg, cure="Leave out --concept and --tagger; PATHs narrow it.")
        return chosen

    return choose


def _times(options: UndoOptions) -> tuple[float | None, float | None]:
    if options.day and (options.since or options.until):
        raise ConfigurationError("--day and --since or --until exclude each other.")
    if options.day:
        return _moment("--day", options.day), _moment("--day", options.day, ends=True)
    since = _moment("--since", options.since) if options.since else None
    return since, _moment("--until", options.until, ends=True) if options.until else None


def _moment(option: str, text: str, *, ends: bool = False) -> float:
    """Return a time in seconds since the epoch; of a day its begin, or its end."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        cure = "Write a day as 2026-11-25 or a time as 2026-11-25T14:30."
        raise ConfigurationError(f"{option} {text!r} is no day and no time.", cure=cure) from exc
    is_day = len(text) <= len("2026-11-25")
    return (moment + timedelta(days=1) if ends and is_day else moment).timestamp()


class _Work:
    """Counting, question, undo."""

    def __init__(
        self, configuration: Configuration, state: State, report: Report, *, ask: bool
    ) -> None:
        self._configuration = configuration
        self._lane = state.lane
        self._owner = state.owner
        self._report = report
        self._ask = ask

    async def run(self, choose: Callable[[Connection], Chosen], options: UndoOptions) -> int:
        """Return the exit code."""
        await self._lane(lambda c: runs.close_dead(c, self._owner.is_alive))
        chosen = await self._lane(choose)
        counted = await self._lane(lambda c: undoing.count(c, chosen, _EXAMPLES))
        self._report.counted(chosen, counted)
        if counted.photos and self._ask and not self._agreed(options):
            return 0
        async with AsyncExitStack() as stack:
            libraries = make_libraries(self._configuration, self._lane)
            stack.push_async_callback(libraries.aclose)
            dry = options.dry_run
            undo = Undo(libraries, self._lane, self._report.photo, dry_run=dry)
            run_id = await self._begun(chosen, dry_run=dry)
            with interruptible(undo.stop) as interrupted:
                self._report.undoing(counted.photos)
                await undo.run(chosen, run_id)
            status = "interrupted" if interrupted else "stopped" if undo.halted_by else "done"
            await self._lane(lambda c: runs.end(c, run_id, status, self._report.tally))
        self._report.summary(run_id, status)
        if undo.halted_by is not None:
            return undo.halted_by.exit_code
        return INTERRUPTED if interrupted else 1 if self._report.tally["failed"] else 0

    async def _begun(self, chosen: Chosen, *, dry_run: bool) -> str:
        """Begin a run, or go on with the one that was cut short over the same."""
        kind, owner = "dry run" if dry_run else "undo", self._owner.id
        plain = {name: _plain(value) for name, value in asdict(chosen).items()}
        content = {"undoes": plain}
        if not dry_run:
            again = await self._lane(lambda c: runs.resume(c, kind, owner, content))
            if again is not None:
                return again
        return await self._lane(lambda c: runs.begin(c, kind, owner, content))

    def _agreed(self, options: UndoOptions) -> bool:
        if not sys.stdin.isatty():
            if options.by_run_alone:
                return True
            self._report.note("Nothing was changed; --yes takes this back without asking.")
            return False
        try:
            return click.confirm("Take this back?", default=False, err=options.as_json)
        except click.Abort:
            click.echo(err=True)
            return False


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
