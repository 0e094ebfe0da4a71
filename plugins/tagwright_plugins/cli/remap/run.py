"""What ``tagwright remap`` does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.libraries import Libraries
from tagwright.remap import Applier, Preview, Previewer
from tagwright.state import runs, visits
from tagwright.state.visits import Selection
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.assembly import State, make_taxonomy, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.libraries import make_libraries
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.places import place
from tagwright_plugins.cli.progress import Progress
from tagwright_plugins.cli.remap.parts import Part, PartMaker
from tagwright_plugins.cli.remap.reporting import Report


@dataclass(frozen=True, slots=True)
class RemapOptions:
    """The options of the command, as click gives them."""

    dry_run: bool
    yes: bool
    explain: bool
    taxonomy: str | None
    as_json: bool
    config: Path | None
    state: Path | None


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is done and shown."""

    dry_run: bool = False
    yes: bool = False
    explain: bool = False
    as_json: bool = False


def run(paths: Sequence[Path], options: RemapOptions) -> int:
    """Judge anew and return the exit code."""
    configuration, _ = load(options.config, {"state": options.state, "taxonomy": options.taxonomy})
    under = tuple(map(place, paths))
    manner = Manner(options.dry_run, options.yes, options.explain, options.as_json)
    return judge_anew(configuration, make_taxonomy(configuration), under=under, manner=manner)


def judge_anew(
    configuration: Configuration,
    taxonomy: Taxonomy,
    *,
    under: tuple[str, ...] = (),
    labels: tuple[str, ...] = (),
    manner: Manner,
) -> int:
    """Judge photos below some places, or of which labels were said; return the exit code."""
    frozen = configuration.model_dump(mode="json")
    with open_state(configuration) as state, Progress(sys.stderr, quiet=manner.as_json) as bar:
        naming = Naming(configuration)
        report = Report(bar, naming, as_json=manner.as_json, explain=manner.explain)
        libraries = make_libraries(configuration, state.lane)
        work = Remap(state, libraries, report, frozen)
        make = PartMaker(configuration, taxonomy, libraries, report.note)
        return asyncio.run(work.run(make, Selection(libraries.main.name, under, labels), manner))


class Remap:
    """Preview, question, application."""

    def __init__(
        self, state: State, libraries: Libraries, report: Report, frozen: dict[str, object]
    ) -> None:
        """``frozen`` is the configuration as the run will remember it."""
        self._state = state
        self._libraries = libraries
        self._report = report
        self._frozen = frozen

    async def run(self, make: PartMaker, selection: Selection, manner: Manner) -> int:
        """Return the exit code."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._libraries.aclose)
            names = await self._state.lane(visits.libraries)
            parts = await make.parts(selection, names)
            preview = await self._preview(parts)
            if preview is None:
                return INTERRUPTED
            self._report.difference(preview)
            if not preview.changed or manner.dry_run:
                self._report.nothing_done(preview)
                return 0
            if not manner.yes and not self._agreed():
                return 0
            return await self._apply(parts)

    async def _preview(self, parts: Sequence[Part]) -> Preview | None:
        preview = Preview()
        total = 0
        for part in parts:
            total += await self._state.lane(lambda c, part=part: visits.count(c, part.selection))  # type: ignore[misc]  # the default binds the loop variable
        self._report.previewing(preview, total)
        for part in parts:
            tell = partial(self._report.photo, part.judge.taxonomy)
            previewer = Previewer(self._state.lane, part.judge, tell, preview)
            begin = len(preview.changed)
            with interruptible(previewer.stop) as interrupted:
                await previewer.run(part.selection)
            if interrupted:
                return None
            part.changed = preview.changed[begin:]
        return preview

    def _agreed(self) -> bool:
        if not sys.stdin.isatty():
            self._report.note("Nothing was changed; --yes applies this without asking.")
            return False
        try:
            return click.confirm("Apply this?", default=False)
        except click.Abort:
            click.echo()
            return False

    async def _apply(self, parts: Sequence[Part]) -> int:
        lane, owner = self._state.lane, self._state.owner
        run_id = await lane(lambda c: runs.begin(c, "remap", owner.id, self._frozen))
        self._report.applying(sum(len(part.changed) for part in parts))
        status, code = "done", 0
        for part in parts:
            applier = Applier(self._libraries, lane, part.judge, run_id, self._report.applied)
            with interruptible(applier.stop) as interrupted:
                await applier.run(part.changed)
            if interrupted:
                status, code = "interrupted", INTERRUPTED
            elif applier.halted_by is not None:
                status, code = "stopped", applier.halted_by.exit_code
            if code:
                break
        await lane(lambda c: runs.end(c, run_id, status, self._report.tally))
        self._report.summary(run_id, status)
        return code or int(bool(self._report.tally["failed"]))
