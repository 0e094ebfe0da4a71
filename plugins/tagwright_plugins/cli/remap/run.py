"""What ``tagwright remap`` does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.configuration.binding import make_policy
from tagwright.pipeline import Judge
from tagwright.remap import Applier, Preview, Previewer
from tagwright.state import runs, visits
from tagwright.state.visits import Selection
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.files.library import FileLibrary
from tagwright_adapters.files.names import resolved, to_reference
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.assembly import (
    State,
    make_library,
    make_mapping,
    make_taxonomy,
    open_state,
)
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.progress import Progress
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
    under = tuple(to_reference(resolved(path.expanduser())) for path in paths)
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
    policy = make_policy(configuration, taxonomy)
    library = make_library(configuration, ())
    judge = Judge(taxonomy, policy, make_mapping(configuration), library.holds)
    frozen = configuration.model_dump(mode="json")
    with open_state(configuration) as state, Progress(sys.stderr, quiet=manner.as_json) as bar:
        report = Report(judge.taxonomy, bar, as_json=manner.as_json, explain=manner.explain)
        if vain := wording.albums(policy, library.holds):
            report.note(vain)
        work = Remap(state, library, judge, report, frozen)
        return asyncio.run(work.run(Selection(library.name, under, labels), manner))


class Remap:
    """Preview, question, application."""

    def __init__(
        self,
        state: State,
        library: FileLibrary,
        judge: Judge,
        report: Report,
        frozen: dict[str, object],
    ) -> None:
        """``frozen`` is the configuration as the run will remember it."""
        self._state = state
        self._library = library
        self._judge = judge
        self._report = report
        self._frozen = frozen

    async def run(self, selection: Selection, manner: Manner) -> int:
        """Return the exit code."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._library.aclose)
            preview = await self._preview(selection)
            if preview is None:
                return INTERRUPTED
            self._report.difference(preview)
            if not preview.changed or manner.dry_run:
                self._report.nothing_done(preview)
                return 0
            if not manner.yes and not self._agreed():
                return 0
            return await self._apply(preview)

    async def _preview(self, selection: Selection) -> Preview | None:
        total = await self._state.lane(lambda c: visits.count(c, selection))
        previewer = Previewer(self._state.lane, self._judge, self._report.photo)
        with interruptible(previewer.stop) as interrupted:
            self._report.previewing(previewer.preview, total)
            preview = await previewer.run(selection)
        return None if interrupted else preview

    def _agreed(self) -> bool:
        if not sys.stdin.isatty():
            self._report.note("Nothing was changed; --yes applies this without asking.")
            return False
        try:
            return click.confirm("Apply this?", default=False)
        except click.Abort:
            click.echo()
            return False

    async def _apply(self, preview: Preview) -> int:
        lane, owner = self._state.lane, self._state.owner
        run_id = await lane(lambda c: runs.begin(c, "remap", owner.id, self._frozen))
        applier = Applier(self._library, lane, self._judge, run_id, self._report.applied)
        with interruptible(applier.stop) as interrupted:
            self._report.applying(len(preview.changed))
            await applier.run(preview.changed)
        status = "interrupted" if interrupted else "stopped" if applier.halted_by else "done"
        await lane(lambda c: runs.end(c, run_id, status, self._report.tally))
        self._report.summary(run_id, status)
        if applier.halted_by is not None:
            return applier.halted_by.exit_code
        return INTERRUPTED if interrupted else 1 if self._report.tally["failed"] else 0
