"""What ``tagwright accept`` and ``tagwright reject`` do."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright import review
from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError
from tagwright.review import Batch, Choice, Followed, Order, Writer
from tagwright.state import following, runs, waiting
from tagwright.state.waiting import Waiting
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.naming import Names
from tagwright_plugins.cli.assembly import State, make_taxonomy, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.libraries import make_libraries
from tagwright_plugins.cli.naming import Naming
from tagwright_plugins.cli.progress import Figures, Progress
from tagwright_plugins.cli.selecting import Selected
from tagwright_plugins.cli.wording import many

_PAST = {Choice.ACCEPT: "Accepted", Choice.REJECT: "Rejected"}


@dataclass(frozen=True, slots=True)
class AnswerOptions:
    """The options of the commands, as click gives them."""

    concept: str
    paths: Sequence[Path]
    least: float
    most: float
    tagger: str | None
    everywhere: bool
    dry_run: bool
    as_json: bool
    taxonomy: str | None
    config: Path | None
    state: Path | None


def run(choice: str, options: AnswerOptions) -> int:
    """Decide, let the library follow, and return the exit code."""
    if bool(options.paths) == options.everywhere:
        msg = "which photos is not said, or said twice."
        raise ConfigurationError(msg, cure="Name files or folders, or give --all.")
    configuration, _ = load(options.config, {"state": options.state, "taxonomy": options.taxonomy})
    taxonomy = make_taxonomy(configuration)
    concept = Names(taxonomy).concept(options.concept)
    with open_state(configuration) as state, Progress(sys.stderr, quiet=options.as_json) as bar:
        naming = Naming(configuration)
        work = _Answer(Choice(choice), concept, options, taxonomy, bar, naming=naming)
        return asyncio.run(work.run(configuration, state))


class _Answer:
    def __init__(
        self,
        choice: Choice,
        concept: str,
        options: AnswerOptions,
        taxonomy: Taxonomy,
        bar: Progress,
        *,
        naming: Naming,
    ) -> None:
        self._choice = choice
        self._concept = concept
        self._options = options
        self._taxonomy = taxonomy
        self._bar = bar
        self._naming = naming
        self._tally = {"written": 0, "failed": 0}

    async def run(self, configuration: Configuration, state: State) -> int:
        given = self._options
        selected = Selected(given.paths, None, given.least, given.most, given.tagger)
        chosen = selected.filter(self._taxonomy, self._concept)
        rows = await state.lane(lambda c: list(waiting.waiting(c, chosen)))
        if given.dry_run or not rows:
            await self._list(state, rows)
            return 0
        batch = await self._decide(state, rows)
        return await self._follow(configuration, state, batch)

    async def _decide(self, state: State, rows: Sequence[Waiting]) -> Batch:
        order = Order(self._choice, self._concept, [row.asset_id for row in rows])
        session = await state.lane(lambda c: review.begin(c, state.owner.id, "cli"))
        return await state.lane(lambda c: review.decide(c, self._taxonomy, session, order))

    async def _follow(self, configuration: Configuration, state: State, batch: Batch) -> int:
        total = await state.lane(following.count)
        self._bar.watch(lambda: Figures("Writing", sum(self._tally.values()), total))
        async with AsyncExitStack() as stack:
            libraries = make_libraries(configuration, state.lane)
            stack.push_async_callback(libraries.aclose)
            writer = Writer(libraries, state.lane, self._taxonomy, self._followed)
            with interruptible(writer.stop) as interrupted:
                await writer.drain()
        status = "interrupted" if interrupted else "stopped" if writer.halted_by else "done"
        tally = {f"{self._choice.value}ed": batch.photos, **self._tally}
        await state.lane(lambda c: runs.end(c, batch.session, status, tally))
        left = await state.lane(following.count)
        self._summary(batch, left)
        if writer.halted_by is not None:
            return writer.halted_by.exit_code
        return INTERRUPTED if interrupted else 1 if self._tally["failed"] else 0

    def _followed(self, one: Followed) -> None:
        status = "written" if one.error is None else "failed"
        self._tally[status] += 1
        if self._options.as_json:
            error = None if one.error is None else str(one.error)
            photo = self._naming.plain(one.ref)
            _print({"type": "photo", **photo, "status": status, "error": error})
        elif one.error is not None:
            self._bar.line(f"failed: {self._naming.error(one.ref, one.error)}", err=True)
        self._bar.advance()

    async def _list(self, state: State, rows: Sequence[Waiting]) -> None:
        refs = await state.lane(lambda c: waiting.places(c, [row.asset_id for row in rows]))
        for row in rows:
            ref = refs[row.asset_id]
            if self._options.as_json:
                content = {"confidence": row.confidence, "status": "waiting"}
                _print({"type": "photo", **self._naming.plain(ref), **content})
            else:
                click.echo(f"{row.confidence:.2f}  {self._naming.text(ref)}")
        if self._options.as_json:
            _print({"type": "summary", "concept": self._concept, "photos": len(rows)})
        else:
            click.echo(f"{self._title()} waits on {many(len(rows), 'photo')}.")

    def _summary(self, batch: Batch, left: int) -> None:
        if self._options.as_json:
            content = {"concept": self._concept, "batch": batch.id, "photos": batch.photos}
            _print({"type": "summary", **content, **self._tally, "left": left})
            return
        self._bar.stop()
        what = f"{_PAST[self._choice]} {self._title()} on {many(batch.photos, 'photo')}"
        click.echo(f"{what}; 'tagwright review --undo {batch.id}' takes it back.")
        if left:
            click.echo(f"{many(left, 'photo')} are yet to be written; the next session does that.")

    def _title(self) -> str:
        return "/".join(self._taxonomy.path(self._concept))


def _print(content: dict[str, object]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False))
