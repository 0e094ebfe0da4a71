"""What ``tagwright undo`` does."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.errors import VanishedError
from tagwright.state import runs
from tagwright.undo import Undo, Undone
from tagwright_plugins.cli.assembly import State, make_library, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.wording import printable


@dataclass(frozen=True, slots=True)
class UndoOptions:
    """The options of the command, as click gives them."""

    run: str
    dry_run: bool
    as_json: bool
    config: Path | None
    state: Path | None


@dataclass(slots=True)
class _Report:
    options: UndoOptions
    tally: dict[str, int] = field(
        default_factory=lambda: {"restored": 0, "unchanged": 0, "gone": 0, "failed": 0}
    )

    def each(self, undone: Undone) -> None:
        status = self._status(undone)
        self.tally[status] += 1
        if self.options.as_json:
            error = None if undone.error is None else str(undone.error)
            _print({"type": "photo", "path": str(undone.ref), "status": status, "error": error})
        elif undone.error is not None:
            click.echo(f"{status}: {printable(str(undone.error), 500)}", err=True)
        elif self.options.dry_run and undone.receipt is not None:
            for change in undone.receipt.changes:
                taken = [value for value in change.before if value not in change.after]
                click.echo(f"{undone.ref}: {change.field}: takes back {', '.join(taken)}")

    @staticmethod
    def _status(undone: Undone) -> str:
        if isinstance(undone.error, VanishedError):
            return "gone"
        if undone.error is not None:
            return "failed"
        return "restored" if undone.receipt and undone.receipt.changes else "unchanged"


def run(options: UndoOptions) -> int:
    """Undo and return the exit code."""
    configuration, _ = load(options.config, {"state": options.state})
    with open_state(configuration) as state:
        return asyncio.run(_undo(options, configuration, state))


async def _undo(options: UndoOptions, configuration: Configuration, state: State) -> int:
    target = await state.lane(lambda c: runs.find(c, options.run))
    report = _Report(options)
    async with AsyncExitStack() as stack:
        library = make_library(configuration, ())
        stack.push_async_callback(library.aclose)
        kind = "dry run" if options.dry_run else "undo"
        run_id = await state.lane(
            lambda c: runs.begin(c, kind, state.owner.id, {"undoes": target.id})
        )
        undo = Undo(library, state.lane, report.each, dry_run=options.dry_run)
        with interruptible(undo.stop) as interrupted:
            await undo.run(target.id, run_id)
        status = "interrupted" if interrupted else "done"
        await state.lane(lambda c: runs.end(c, run_id, status, report.tally))
    _summary(options, target.id, report.tally)
    if interrupted:
        return INTERRUPTED
    return 1 if report.tally["failed"] else 0


def _summary(options: UndoOptions, run_id: str, tally: dict[str, int]) -> None:
    if options.as_json:
        _print({"type": "summary", "run": run_id, **tally})
        return
    verb = "Would take back" if options.dry_run else "Took back"
    said = ", ".join(f"{number} {what}" for what, number in tally.items() if number)
    click.echo(f"{verb} run {run_id}: {said or 'nothing to take back'}")


def _print(content: dict[str, object]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False))
