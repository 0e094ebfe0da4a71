"""Telling the person how a run goes: a bar on a terminal, plain lines in a log, or JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tagwright.model import Extra
from tagwright.money import usd
from tagwright.pipeline import Estimate, Result, Runner, Session, Tally
from tagwright.state import costs, sendings
from tagwright.state.costs import Costs
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.files.names import to_reference
from tagwright_plugins.cli import wording
from tagwright_plugins.cli.progress import Figures, Progress
from tagwright_plugins.cli.tag import estimating

if TYPE_CHECKING:
    from tagwright_plugins.cli.tag.run import TagOptions


class Reporter:
    """Reads for people."""

    def __init__(self, options: TagOptions, taxonomy: Taxonomy, progress: Progress) -> None:
        self.trouble = 0  # files and folders that could not even be looked at
        self._options = options
        self._taxonomy = taxonomy
        self._progress = progress
        self._begun = time.monotonic()

    def watch(self, tally: Tally, expected: Callable[[Tally], int] | None = None) -> None:
        """Follow a run's figures; ``expected`` says how many photos it will be, if known."""
        total = expected or _queued
        self._progress.watch(lambda: _figures(tally, total(tally)))

    def follow(self, figures: Callable[[], Figures]) -> None:
        """Follow other figures than those of photos."""
        self._progress.watch(figures)

    def advance(self) -> None:
        """Show that something has moved on."""
        self._progress.advance()

    def tell(self, kind: str, lines: Iterable[str], content: Mapping[str, object]) -> None:  # noqa: ARG002 - for scripts
        """Say something in lines for people, or as an object of some kind for scripts."""
        for line in lines:
            self._progress.line(line)

    def note(self, text: str) -> None:
        """Say something beside the results."""
        self._progress.line(text, err=True)

    def skipped(self, path: Path, reason: str) -> None:
        """Say that the scan had to leave something out."""
        self.trouble += 1
        self.note(f"{to_reference(path)}: {reason}")

    def photo(self, result: Result) -> None:
        """Say what became of one photo, as far as it was asked for."""
        if self._options.explain:
            for line in wording.explanation(result, self._taxonomy):
                self._progress.line(line)
        if self._options.dry_run:
            for line in wording.changes(result):
                self._progress.line(line)
        if result.error is not None and result.status != "left":
            self.note(f"{result.status}: {wording.failure(result.ref, result.error)}")
        self._progress.advance()

    def estimate(self, estimate: Estimate) -> None:
        """Say what the run will cost, if anything."""
        if estimate.paid:
            for line in estimating.lines(estimate):
                self.note(line)

    async def summary(self, session: Session, runner: Runner, status: str) -> None:
        """Close with what was done, what it cost and how to take it back."""
        self._progress.stop()
        seconds = time.monotonic() - self._begun
        for line in wording.summary(runner.tally, seconds, dry_run=self._options.dry_run):
            click.echo(line)
        click.echo(wording.money(await session.lane(lambda c: costs.of_run(c, session.run_id))))
        if sent := await session.lane(lambda c: sendings.by_host(c, session.run_id)):
            click.echo(wording.sent(sent))
        self._farewell(session.run_id, runner, status)

    def _farewell(self, run_id: str, runner: Runner, status: str) -> None:
        if runner.halted_by is not None:
            click.secho("Stopped: ", fg="red", bold=True, nl=False, err=True)
            click.echo(wording.printable(str(runner.halted_by), 600), err=True)
        elif status == "interrupted":
            click.echo("Interrupted; nothing is lost. Run the same command again to go on.")
        if self._options.dry_run:
            click.echo("Dry run: no photo was touched; the answers are kept for the real run.")
        elif runner.tally.changed:
            click.echo(f"Take this back with: tagwright undo --run {run_id}")


def _queued(tally: Tally) -> int | None:
    return tally.queued if tally.scanned else None


def _figures(tally: Tally, total: int | None) -> Figures:
    spent = f", {usd(tally.spent)}" if tally.spent else ""
    beside = f"{tally.tags:,} tags" + (f", {tally.failed:,} failed" if tally.failed else "") + spent
    doing = "Scanning and tagging" if total is None else "Tagging"
    return Figures(doing, tally.finished, total, beside)


class JsonReporter(Reporter):
    """Reads for scripts: one object a photo, and one at the end."""

    def skipped(self, path: Path, reason: str) -> None:
        """Say that the scan had to leave something out."""
        self.trouble += 1
        _print({"type": "skipped", "path": to_reference(path), "reason": reason})

    def photo(self, result: Result) -> None:
        """Print what became of one photo."""
        _print({"type": "photo", **_photo(result, self._taxonomy)})

    def estimate(self, estimate: Estimate) -> None:
        """Print what the run will cost, if anything."""
        if estimate.paid:
            _print(estimating.plain(estimate))

    def tell(self, kind: str, lines: Iterable[str], content: Mapping[str, object]) -> None:  # noqa: ARG002 - for people
        """Print an object of some kind."""
        _print({"type": kind, **content})

    async def summary(self, session: Session, runner: Runner, status: str) -> None:
        """Print the run's figures."""
        spent = await session.lane(lambda c: costs.of_run(c, session.run_id))
        sent = await session.lane(lambda c: sendings.by_host(c, session.run_id))
        halted = runner.halted_by
        _print(
            {
                "type": "summary",
                "run": session.run_id,
                "status": status,
                **runner.tally.as_dict(),
                "sent": sent,
                "seconds": round(time.monotonic() - self._begun, 3),
                "spent": _spent(spent),
                "stopped_by": None if halted is None else str(halted),
            }
        )


@contextmanager
def reporter(options: TagOptions, taxonomy: Taxonomy) -> Iterator[Reporter]:
    """Make the reporter that suits where the output goes."""
    kind = JsonReporter if options.as_json else Reporter
    with Progress(sys.stderr, quiet=options.as_json) as progress:
        yield kind(options, taxonomy, progress)


def _print(content: dict[str, object]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False))


def _photo(result: Result, taxonomy: Taxonomy) -> dict[str, object]:
    receipt = result.receipt
    return {
        "path": result.ref.reference,
        "status": result.status,
        "error": None if result.error is None else str(result.error),
        "observations": [
            {"label": o.label, "confidence": o.confidence, "kind": o.kind, "tagger": name}
            | ({"how": o.how} if o.how else {})
            for name, answer in result.answers
            for o in answer.observations
        ],
        "chains": [one._asdict() for one in result.courses],
        "notes": list(result.notes),
        "suggestions": [
            {
                "concept": s.concept,
                "path": list(taxonomy.path(s.concept)),
                "confidence": s.confidence,
                "decision": s.decision,
            }
            for s in result.suggestions
        ],
        "rules": [
            {"rule": one.rule, "because": one.because, "notes": list(one.notes)}
            for one in result.fired
        ],
        "unmapped": [o.label for o in result.unmapped],
        "target": receipt.target if receipt else None,
        "written": [list(tag.path) for tag in receipt.written] if receipt else [],
        "set": [_extra(one) for one in (receipt.given if receipt else ())],
        "left": [{**_extra(one), "because": why} for one, why in result.barred],
        "changes": [
            {"field": c.field, "before": list(c.before), "after": list(c.after)}
            for c in (receipt.changes if receipt else ())
        ],
        "warnings": list(receipt.warnings) if receipt else [],
        "fenced": [{"tagger": one.tagger, "reason": one.reason} for one in result.fenced],
    }


def _extra(extra: Extra) -> dict[str, str]:
    return {"field": extra.field, "value": extra.value}


def _spent(spent: Costs) -> dict[str, object]:
    known = not (spent.unknown or spent.open)
    return {
        "photos": spent.photos,
        "requests": spent.requests,
        "input_tokens": spent.input_tokens,
        "output_tokens": spent.output_tokens,
        "usd": float(spent.cost) if known else None,  # of all requests
        "usd_known": float(spent.cost),
    }
