"""What ``tagwright batches`` does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import click

from tagwright.configuration import load
from tagwright.errors import ConfigurationError, TaggerError
from tagwright.pipeline.batching import BatchOptions, Collector, recover
from tagwright.pipeline.results import ATTEMPTS
from tagwright.ports import BatchState, BatchStatus
from tagwright.state import batches
from tagwright.state.batches import Batch
from tagwright_plugins.cli.assembly import State, open_state
from tagwright_plugins.cli.batches.services import Services
from tagwright_plugins.cli.wording import printable

_SHOWN = 20


def show(config: Path | None, state: Path | None, *, as_json: bool) -> int:
    """Print the newest batches and return the exit code."""

    async def listing(opened: State, services: Services) -> int:
        for batch in await opened.lane(lambda c: batches.recent(c, _SHOWN)):
            how = await _how(batch, services)
            click.echo(json.dumps(_plain(batch, how)) if as_json else _line(batch, how))
        return 0

    return _with_services(config, state, listing)


def cancel(config: Path | None, state: Path | None, which: str) -> int:
    """Cancel batches and return the exit code."""

    async def cancelling(opened: State, services: Services) -> int:
        await recover(opened.lane, opened.owner, services)
        for batch in await _chosen(opened, which):
            click.echo(f"Batch {batch.id}: {await _cancel(opened, batch, services)}")
        return 0

    return _with_services(config, state, cancelling)


def _with_services(
    config: Path | None, state: Path | None, work: Callable[[State, Services], Awaitable[int]]
) -> int:
    configuration, _ = load(config, {"state": state})

    async def run(opened: State) -> int:
        services = Services({})
        try:
            await services.load(opened.lane)
            return await work(opened, services)
        finally:
            await services.aclose()

    with open_state(configuration) as opened:
        return asyncio.run(run(opened))


async def _chosen(opened: State, which: str) -> list[Batch]:
    open_ones = await opened.lane(batches.open_ones)
    if which == "all":
        return open_ones
    number = int(which) if which.isascii() and which.isdigit() else -1
    found = await opened.lane(lambda c: batches.find(c, number))
    if found is None:
        raise ConfigurationError(
            f"there is no batch {printable(which)!r}.", cure="'tagwright batches' lists them."
        )
    return [found]


async def _cancel(opened: State, batch: Batch, services: Services) -> str:
    if batch.status not in batches.OPEN:
        return f"{batch.status} already."
    if batch.status != "submitted":
        return "another Tagwright is putting it together; stop that."
    to = services(batch)
    if to is None or batch.service_id is None:
        return "its service is out of reach."
    await to.cancel(batch.service_id)
    collector = Collector(
        opened.lane, BatchOptions(), ATTEMPTS, asyncio.Event(), lambda _step: None
    )
    state = await collector.once(batch, to)
    if state.status is BatchStatus.RUNNING:
        return "will be cancelled; what was answered before is collected by the next --batch."
    return f"{state.status}; {collector.tally.answered:,} answers were there before."


async def _how(batch: Batch, services: Services) -> str:
    """Return how a batch gets on at its service."""
    to = services(batch)
    if batch.status != "submitted" or batch.service_id is None:
        return batch.status
    if to is None:
        return "out of reach"
    try:
        state = await to.poll(batch.service_id)
    except TaggerError as exc:
        return f"not known now: {exc.message}"
    return _progress(state)


def _progress(state: BatchState) -> str:
    if state.status is not BatchStatus.RUNNING:
        return f"{state.status}, to be collected"
    return f"running, {state.done:,} through" if state.done else "running"


def _line(batch: Batch, how: str) -> str:
    handed = _time(batch.submitted_at or batch.created_at)
    outcomes = ", ".join(f"{n:,} {name}" for name, n in sorted(batch.outcomes.items()) if name)
    figures = f"{batch.size:,} photos" + (f" ({outcomes})" if outcomes else "")
    until = f", until {_time(batch.expires_at)}" if how.startswith("running") else ""
    return f"{batch.id:>4}  {handed}  {batch.tagger}  {figures}  {printable(how, 200)}{until}"


def _time(at: float | None) -> str:
    if at is None:
        return "a day later"
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _plain(batch: Batch, how: str) -> dict[str, object]:
    return {
        "batch": batch.id,
        "run": batch.run_id,
        "tagger": batch.tagger,
        "service_id": batch.service_id,
        "status": batch.status,
        "at_service": how,
        "photos": batch.size,
        "outcomes": {name or "under way": number for name, number in batch.outcomes.items()},
        "created_at": batch.created_at,
        "submitted_at": batch.submitted_at,
        "expires_at": batch.expires_at,
        "ended_at": batch.ended_at,
    }
