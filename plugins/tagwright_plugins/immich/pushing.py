"""What ``tagwright immich push-taxonomy`` does."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.configuration.immich import AccountSection
from tagwright.errors import ConfigurationError
from tagwright.state import bars
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.immich.allowed import Allowed
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.colouring import Painter
from tagwright_plugins.cli.assembly import State, make_taxonomy, open_state
from tagwright_plugins.cli.linked import is_immich
from tagwright_plugins.cli.wording import many, printable
from tagwright_plugins.immich.accounts import account_of, make_client, make_library, settings_of
from tagwright_plugins.immich.deleting import DeletedTags
from tagwright_plugins.immich.rooting import check_root

_AT_ONCE = 500  # tags in one call: Immich takes two seconds or so
_LONGEST = 200

TagPath = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PushOptions:
    """The options of the command, as click gives them."""

    config: Path | None
    state: Path | None
    account: str | None
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the vocabulary's tags."""

    new: tuple[TagPath, ...]
    there: int
    barred: tuple[TagPath, ...]  # somebody deleted them, or one above them


def push(options: PushOptions) -> int:
    """Make the vocabulary's tags in the accounts, and return the exit code."""
    configuration, _ = load(options.config, {"state": options.state})
    accounts = configuration.immich.accounts
    chosen = [account_of(configuration, options.account)] if options.account else accounts
    with open_state(configuration) as state:
        for account in chosen:
            taxonomy = _taxonomy(configuration, account)
            asyncio.run(_push(configuration, account, taxonomy, state, dry_run=options.dry_run))
    return 0


def work_out(
    wanted: Collection[TagPath], there: Collection[TagPath], barred: Collection[TagPath]
) -> Plan:
    """Return which tags are to be made; pure. To make one makes all that are above it."""
    missing = [path for path in dict.fromkeys(wanted) if path not in there]
    kept_out = tuple(path for path in missing if not _above(path).isdisjoint(barred))
    new = tuple(path for path in missing if path not in kept_out)
    return Plan(new, len(set(wanted)) - len(missing), kept_out)


def _above(path: TagPath) -> set[TagPath]:
    return {path[:depth] for depth in range(1, len(path) + 1)}


def _taxonomy(configuration: Configuration, account: AccountSection) -> Taxonomy:
    here = settings_of(configuration, account)
    if is_immich(here.taxonomy):
        message = "your vocabulary is the tags of Immich already."
        raise ConfigurationError(message, cure="Set 'taxonomy' to a file, or to a sample.")
    return make_taxonomy(here)


async def _push(
    configuration: Configuration,
    account: AccountSection,
    taxonomy: Taxonomy,
    state: State,
    *,
    dry_run: bool,
) -> None:
    async with AsyncExitStack() as stack:
        library = make_library(configuration, account)
        stack.push_async_callback(library.aclose)
        client = make_client(configuration, account)
        stack.push_async_callback(client.aclose)
        await check_root(configuration, library.name, state.lane, dry_run=dry_run)
        if not dry_run:  # it takes note of what was deleted
            await DeletedTags(state.lane, client, library).look()
        wanted = [library.root.below(taxonomy.path(concept.id)) for concept in taxonomy]
        barred = {
            library.root.below(bar.path)
            for bar in await state.lane(bars.all_bars)
            if bar.library == library.name
        }
        there = {tag.path for tag in await client.tags.all()}
        plan = work_out(wanted, there, barred)
        painter = Painter(client.tags, Allowed(client, library.name), configuration.immich.colour)
        if not dry_run:
            await _make(client, painter, plan)
        for line in _told(library.name, plan, dry_run=dry_run):
            click.echo(line)


async def _make(client: ImmichClient, painter: Painter, plan: Plan) -> None:
    for start in range(0, len(plan.new), _AT_ONCE):
        made = await client.tags.upsert(plan.new[start : start + _AT_ONCE])
        if painter:
            await painter.paint(made.values())


def _told(name: str, plan: Plan, *, dry_run: bool) -> Iterator[str]:
    if dry_run:
        yield from (f"would make {_shown(path)}" for path in plan.new)
    for path in plan.barred:
        yield f"left out, as it was deleted in Immich: {_shown(path)}"
    verb = "would be made" if dry_run else "made"
    yield f"{name}: {many(len(plan.new), 'tag')} {verb}, {plan.there:,} were there."


def _shown(path: TagPath) -> str:
    return printable("/".join(path), _LONGEST)
