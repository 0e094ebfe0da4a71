"""What ``tagwright tag --batch`` does before the run that writes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from decimal import Decimal

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.pipeline import Session, Tally
from tagwright.pipeline.batching import BatchLane, BatchOptions, BatchTally, Estimate, Step
from tagwright.ports import BatchingTagger, BatchTagger
from tagwright.state import batches, runs
from tagwright_plugins.cli.batches.services import Services
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.progress import Figures
from tagwright_plugins.cli.tag.reporting import Reporter
from tagwright_plugins.cli.wording import many, printable


async def through_batches(
    session: Session, configuration: Configuration, report: Reporter, stack: AsyncExitStack
) -> tuple[Session | None, int | None]:
    """Get answers through batches.

    Returns:
        The session for the run that follows (None: it is not to follow), and the exit code if
        something ended the batches early.

    Raises:
        ConfigurationError: no tagger takes batches.
    """
    taggers = await _taggers(session, stack)
    services = Services(taggers, session.run_id)
    stack.push_async_callback(services.aclose)
    await services.load(session.lane)
    options = BatchOptions(configuration.batch.poll, configuration.batch.requests)
    lane = BatchLane(session, taggers, services, options, _Teller(report))
    if session.settings.dry_run:
        return None, await _estimate(session, lane, report)
    interrupted = await _run(lane, report)
    open_ones = [one for one in await session.lane(batches.open_ones) if one.status == "submitted"]
    stopped = None if lane.halted_by is None else printable(str(lane.halted_by), 600)
    figures = {**lane.tally.as_dict(), "open": len(open_ones), "stopped_by": stopped}
    report.tell("batches", _summary(lane.tally, len(open_ones)), figures)
    if interrupted:
        await session.lane(lambda c: runs.end(c, session.run_id, "interrupted", figures))
        return None, INTERRUPTED
    if stopped is not None:
        report.note(f"Stopped: {stopped}")
    code = lane.halted_by.exit_code if lane.halted_by is not None else None
    later = replace(session.settings, later=frozenset(taggers))
    return replace(session, settings=later), code


async def _taggers(session: Session, stack: AsyncExitStack) -> Mapping[str, BatchTagger]:
    found = {}
    # Of a chain, the others are asked only about photos for which the first does not do.
    first = {chain.members[0] for chain in session.settings.plan}
    for tagger in session.settings.taggers:
        if tagger.name not in first:
            continue
        service = tagger.batches() if isinstance(tagger, BatchingTagger) else None
        if service is not None:
            found[tagger.name] = service
            stack.push_async_callback(service.aclose)
    if not found:
        named = ", ".join(tagger.name for tagger in session.settings.taggers)
        raise ConfigurationError(
            f"{named}: no batches there.",
            cure="Use openai:MODEL or anthropic:MODEL, or leave --batch out (see docs/batch.md).",
        )
    return found


async def _run(lane: BatchLane, report: Reporter) -> bool:
    def stop() -> None:
        report.note("Finishing what is in hand; press Ctrl-C again to stop at once.")
        lane.stop()

    def watch(tally: Tally) -> None:
        report.follow(lambda: _picking(tally))

    with interruptible(stop) as interrupted:
        try:
            await lane.run(watch, lambda _result: report.advance())
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()  # what follows closes the run in good order
    return bool(interrupted)


def _picking(tally: Tally) -> Figures:
    total = tally.queued if tally.scanned else None
    return Figures("Putting batches together", tally.finished, total)


class _Teller:
    """Shows how far batches are."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._figures: Figures | None = None

    def __call__(self, step: Step) -> None:
        if self._figures is None:
            self._report.note(
                "Waiting for answers, usually for less than an hour. Ctrl-C leaves the batches at"
                " the service, for the same command to collect later."
            )
        self._figures = Figures(
            f"Batch {step.batch} of {step.batches}",
            step.done,
            step.size,
            f"usually within 1 h, at most {step.hours:g} h",
            steady=False,
        )
        self._report.follow(self._now)
        self._report.advance()

    def _now(self) -> Figures:
        return self._figures or Figures()


async def _estimate(session: Session, lane: BatchLane, report: Reporter) -> int:
    found = await lane.estimate(lambda _result: report.advance())
    lines = [line for name, one in found.items() for line in _expected(name, one)]
    if lane.tally.under_way:
        lines.append(f"{many(lane.tally.under_way, 'photo')} in batches already")
    lines.append("Dry run: nothing was handed over.")
    content = {name: _plain(one) for name, one in found.items()}
    figures = {"under_way": lane.tally.under_way, "taggers": content}
    report.tell("estimate", lines, figures)
    await session.lane(lambda c: runs.end(c, session.run_id, "done", figures))
    if lane.halted_by is not None:
        raise lane.halted_by
    return 0


def _expected(name: str, one: Estimate) -> Iterator[str]:
    size = f"{one.bytes / 1e6:,.1f} MB"
    number = f"{one.batches:,} batch" + ("" if one.batches == 1 else "es")
    yield f"{name}: {many(one.photos, 'photo')} would go into {number} ({size})"
    if one.unknown:
        yield f"  what {many(one.unknown, 'photo')} would cost is not known"
    if one.photos > one.unknown:
        price = f"about ${one.expected:.2f}, at most ${one.most:.2f}"
        yield f"  {price}, {one.limits.discount:.0%} off included"


def _plain(one: Estimate) -> dict[str, object]:
    return {
        "photos": one.photos,
        "batches": one.batches,
        "bytes": one.bytes,
        "usd": float(one.expected),
        "usd_at_most": float(one.most),
        "unknown": one.unknown,
    }


def _summary(tally: BatchTally, still: int) -> Iterator[str]:
    counts = (
        (tally.submitted, "handed over"),
        (tally.under_way, "in batches already"),
        (tally.answered, "answered"),
        (tally.refused, "refused"),
        (tally.failed, "without a usable answer"),
        (tally.unanswered, "given up by the service"),
    )
    said = ", ".join(f"{number:,} {what}" for number, what in counts if number)
    yield f"Batches: {said or 'nothing to do'}{_price(tally)}"
    if still:
        number = "1 batch goes" if still == 1 else f"{still:,} batches go"
        yield (
            f"{number} on at the service. Collect the answers with the same command;"
            " 'tagwright batches' lists them."
        )


def _price(tally: BatchTally) -> str:
    if tally.cost is None:
        return "; what that cost is not known in full"
    return f"; ${tally.cost:.4f} for what was collected" if tally.cost > Decimal(0) else ""
