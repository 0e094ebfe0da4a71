"""What ``tagwright ledger`` does."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.errors import TagwrightError
from tagwright.model import AssetRef
from tagwright.noting import Noter
from tagwright.ports import Receipt
from tagwright.rebuilding import Rebuilder
from tagwright.state import runs
from tagwright_adapters.files.names import resolved, to_reference
from tagwright_plugins.cli.assembly import State, make_library, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.progress import Figures, Progress
from tagwright_plugins.cli.wording import many, printable


@dataclass(frozen=True, slots=True)
class RebuildOptions:
    """The options of ``tagwright ledger rebuild``, as click gives them."""

    dry_run: bool
    as_json: bool
    config: Path | None
    state: Path | None


def rebuild_ledger(paths: Sequence[Path], options: RebuildOptions) -> int:
    """Rebuild and return the exit code."""
    configuration, _ = load(options.config, {"state": options.state})
    with open_state(configuration) as state, Progress(sys.stderr, quiet=options.as_json) as bar:
        return asyncio.run(_rebuild(paths, options, configuration, state, bar))


def save_rejections(
    paths: Sequence[Path], *, as_json: bool, config: Path | None, state: Path | None
) -> int:
    """Note rejections in photos and return the exit code."""
    configuration, _ = load(config, {"state": state})
    under = [to_reference(resolved(path.expanduser())) for path in paths]
    with open_state(configuration) as opened, Progress(sys.stderr, quiet=as_json) as bar:
        return asyncio.run(_save(under, configuration, opened, bar, as_json=as_json))


async def _rebuild(
    paths: Sequence[Path],
    options: RebuildOptions,
    configuration: Configuration,
    state: State,
    bar: Progress,
) -> int:
    def failed(_: AssetRef, error: TagwrightError) -> None:
        bar.line(f"failed: {printable(str(error), 500)}", err=True)

    async with AsyncExitStack() as stack:
        library = make_library(configuration, paths)
        stack.push_async_callback(library.aclose)
        kind = "dry run" if options.dry_run else "rebuild"
        frozen = {"paths": [str(path) for path in paths]}
        run_id = await state.lane(lambda c: runs.begin(c, kind, state.owner.id, frozen))
        work = Rebuilder(library, state.lane, run_id, failed, dry_run=options.dry_run)
        tally = work.tally
        bar.watch(lambda: Figures("Reading notes", tally.photos, beside=many(tally.tags, "tag")))
        with interruptible(work.stop) as interrupted:
            await work.run(bar.advance)
        status = "interrupted" if interrupted else "done"
        await state.lane(lambda c: runs.end(c, run_id, status, tally.as_dict()))
    bar.stop()
    if options.as_json:
        click.echo(json.dumps({"type": "summary", "status": status, **tally.as_dict()}))
    else:
        verb = "Would be known" if options.dry_run else "Known"
        click.echo(f"{many(tally.photos, 'photo')} read, {tally.noted:,} with notes of ours.")
        click.echo(
            f"{verb} again: {many(tally.tags, 'tag')}, {many(tally.rejections, 'rejection')},"
            f" {many(tally.runs, 'run')}; known before: {tally.known:,}"
        )
    return INTERRUPTED if interrupted else 1 if tally.failed else 0


async def _save(
    under: Sequence[str],
    configuration: Configuration,
    state: State,
    bar: Progress,
    *,
    as_json: bool,
) -> int:
    tally = {"photos": 0, "written": 0, "failed": 0}

    def report(_: AssetRef, done: Receipt | None, error: TagwrightError | None) -> None:
        tally["photos"] += 1
        tally["written"] += bool(done and done.changes)
        if error is not None:
            tally["failed"] += 1
            bar.line(f"failed: {printable(str(error), 500)}", err=True)
        bar.advance()

    async with AsyncExitStack() as stack:
        library = make_library(configuration, ())
        stack.push_async_callback(library.aclose)
        work = Noter(library, state.lane, report)

        def begun(total: int) -> None:
            bar.watch(lambda: Figures("Noting", tally["photos"], total))

        with interruptible(work.stop) as interrupted:
            await work.run(under, begun)
    bar.stop()
    if as_json:
        click.echo(json.dumps({"type": "summary", **tally}))
    else:
        said = f"{many(tally['photos'], 'photo')} with rejections"
        click.echo(f"{said}, {tally['written']:,} written to.")
    return INTERRUPTED if interrupted else 1 if tally["failed"] else 0
