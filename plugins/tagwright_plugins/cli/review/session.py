"""What ``tagwright review`` does: a session on the terminal, with writing in the background."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import click

from tagwright import review
from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError
from tagwright.review import Followed, Writer
from tagwright.state import following, runs
from tagwright.taxonomy import Taxonomy
from tagwright_plugins.cli.assembly import State, make_taxonomy, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.libraries import make_libraries
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.review.sitting import Sitting
from tagwright_plugins.cli.review.terminal import Terminal
from tagwright_plugins.cli.selecting import Selected
from tagwright_plugins.cli.wording import many


@dataclass(frozen=True, slots=True)
class Where:
    """The options that say which vocabulary and which state."""

    taxonomy: str | None
    config: Path | None
    state: Path | None

    def configuration(self) -> Configuration:
        """Return the configuration with these options laid over it."""
        return load(self.config, {"state": self.state, "taxonomy": self.taxonomy})[0]


@dataclass(slots=True)
class _Written:
    """Counts what the library followed, and keeps what went wrong to be said at the end."""

    naming: Naming
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def add(self, one: Followed) -> None:
        self.counts["written" if one.error is None else "failed"] += 1
        if one.error is not None:
            self.errors.append(self.naming.error(one.ref, one.error))


def run(where: Where, selected: Selected) -> int:
    """Review on the terminal and return the exit code.

    Raises:
        ConfigurationError: there is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        cure = "In scripts use 'tagwright accept CONCEPT' and 'tagwright reject CONCEPT'."
        raise ConfigurationError("a review needs a terminal.", cure=cure)
    configuration = where.configuration()
    taxonomy = make_taxonomy(configuration)
    with open_state(configuration) as state:
        return asyncio.run(_review(configuration, state, taxonomy, selected))


def take_back(where: Where, name: str) -> int:
    """Undo a decision, let the library follow, and return the exit code."""
    configuration = where.configuration()
    taxonomy = make_taxonomy(configuration)
    with open_state(configuration) as state:
        return asyncio.run(_take_back(configuration, state, taxonomy, name))


async def _review(
    configuration: Configuration, state: State, taxonomy: Taxonomy, selected: Selected
) -> int:
    written = _Written(Naming(configuration))
    async with AsyncExitStack() as stack:
        libraries = make_libraries(configuration, state.lane)
        stack.push_async_callback(libraries.aclose)
        writer = Writer(libraries, state.lane, taxonomy, written.add)
        terminal = stack.enter_context(Terminal())
        sitting = Sitting(configuration, state, writer, selected.filter(taxonomy), terminal)
        serving = asyncio.create_task(writer.serve())
        try:
            with interruptible(terminal.interrupt):
                interrupted = await sitting.run()
            if left := await state.lane(following.count):
                click.echo(f"Writing {many(left, 'photo')} …")
        finally:
            writer.finish()
            with interruptible(writer.stop) as signals:
                await serving
    return await _end(state, sitting, writer, written, bool(interrupted or signals))


async def _end(
    state: State, sitting: Sitting, writer: Writer, written: _Written, interrupted: bool
) -> int:
    session = sitting.session
    if session is not None:
        status = "interrupted" if interrupted else "stopped" if writer.halted_by else "done"
        tally = {**sitting.tally, **written.counts}
        await state.lane(lambda c: runs.end(c, session.run_id, status, tally))
    for line in _summary(sitting.tally, written):
        click.echo(line)
    left = await state.lane(following.count)
    if left:
        click.echo(f"Yet to be written: {many(left, 'photo')}; the next session does that.")
    if interrupted:
        return INTERRUPTED
    if writer.halted_by is not None:
        return writer.halted_by.exit_code
    return 1 if written.errors else 0


def _summary(tally: Counter[str], written: _Written) -> list[str]:
    said = ", ".join(f"{number} {what}" for what, number in tally.items() if number)
    lines = [f"Suggestions: {said or 'nothing decided'}."]
    if written.counts:
        lines.append(f"Written: {many(written.counts['written'], 'photo')}.")
    return lines + [f"failed: {error}" for error in written.errors]


async def _take_back(
    configuration: Configuration, state: State, taxonomy: Taxonomy, name: str
) -> int:
    batch = await state.lane(lambda c: review.undo(c, None if name == "last" else name))
    written = _Written(Naming(configuration))
    async with AsyncExitStack() as stack:
        libraries = make_libraries(configuration, state.lane)
        stack.push_async_callback(libraries.aclose)
        writer = Writer(libraries, state.lane, taxonomy, written.add)
        with interruptible(writer.stop) as interrupted:
            await writer.drain()
    click.echo(f"Took back: {batch.choice} {batch.concept} on {many(batch.photos, 'photo')}.")
    for error in written.errors:
        click.echo(f"failed: {error}", err=True)
    if interrupted:
        return INTERRUPTED
    return 1 if written.errors else 0
