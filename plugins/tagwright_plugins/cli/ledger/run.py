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
from tagwright.rebuilding import Rebuilder, Tally
from tagwright.state import runs
from tagwright_plugins.cli.assembly import State, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.ledger.naming import Named, named
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.progress import Figures, Progress
from tagwright_plugins.cli.wording import many


@dataclass(frozen=True, slots=True)
class RebuildOptions:
    """The options of ``tagwright ledger rebuild``, as click gives them."""

    dry_run: bool
    as_json: bool
    config: Path | None
    state: Path | None


def rebuild_ledger(paths: Sequence[Path], options: RebuildOptions) -> int:
    """Rebuild and return the exit code."""
    meant = named(paths)
    configuration, _ = load(options.config, {"state": options.state})
    with open_state(configuration) as state, Progress(sys.stderr, quiet=options.as_json) as bar:
        return asyncio.run(_rebuild(meant, options, configuration, state, bar))


def save_rejections(
    paths: Sequence[Path], *, as_json: bool, config: Path | None, state: Path | None
) -> int:
    """Note rejections in photos and return the exit code."""
    configuration, _ = load(config, {"state": state})
    meant = named(paths)
    with open_state(configuration) as opened, Progress(sys.stderr, quiet=as_json) as bar:
        return asyncio.run(_save(meant, configuration, opened, bar, as_json=as_json))


async def _rebuild(
    meant: Named,
    options: RebuildOptions,
    configuration: Configuration,
    state: State,
    bar: Progress,
) -> int:
    naming, tally = Naming(configuration), Tally()

    def failed(ref: AssetRef, error: TagwrightError) -> None:
        bar.line(f"failed: {naming.error(ref, error)}", err=True)

    async with AsyncExitStack() as stack:
        libraries = await meant.libraries(configuration, state.lane, stack)
        kind = "dry run" if options.dry_run else "rebuild"
        frozen = {"paths": [*map(str, meant.files), *meant.accounts]}
        run_id = await state.lane(lambda c: runs.begin(c, kind, state.owner.id, frozen))
        bar.watch(lambda: Figures("Reading notes", tally.photos, beside=many(tally.tags, "tag")))
        for library in libraries:
            work = Rebuilder(library, state.lane, run_id, failed, tally, dry_run=options.dry_run)
            with interruptible(work.stop) as interrupted:
                await work.run(bar.advance)
            if interrupted:
                break
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
    meant: Named,
    configuration: Configuration,
    state: State,
    bar: Progress,
    *,
    as_json: bool,
) -> int:
    naming = Naming(configuration)
    tally = {"photos": 0, "written": 0, "failed": 0}

    def report(ref: AssetRef, done: Receipt | None, error: TagwrightError | None) -> None:
        tally["photos"] += 1
        tally["written"] += bool(done and done.changes)
        if error is not None:
            tally["failed"] += 1
            bar.line(f"failed: {naming.error(ref, error)}", err=True)
        bar.advance()

    async with AsyncExitStack() as stack:
        total = 0

        def begun(found: int) -> None:
            nonlocal total
            total += found
            bar.watch(lambda: Figures("Noting", tally["photos"], total))

        for library in await meant.libraries(configuration, state.lane, stack):
            work = Noter(library, state.lane, report)
            with interruptible(work.stop) as interrupted:
                await work.run(meant.under(library.name), begun)
            if interrupted:
                break
    bar.stop()
    if as_json:
        click.echo(json.dumps({"type": "summary", **tally}))
    else:
        said = f"{many(tally['photos'], 'photo')} with rejections"
        click.echo(f"{said}, {tally['written']:,} written to.")
    return INTERRUPTED if interrupted else 1 if tally["failed"] else 0
