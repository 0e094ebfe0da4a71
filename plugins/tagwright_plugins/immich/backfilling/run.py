"""What ``tagwright immich backfill`` does."""

from __future__ import annotations

import asyncio
import gc
from contextlib import AsyncExitStack
from dataclasses import replace

import click

from tagwright.configuration import Configuration
from tagwright.pipeline import Estimator, Session, Settings, Tally
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_plugins.cli.assembly import State, open_state
from tagwright_plugins.cli.tag.estimating import estimate_only
from tagwright_plugins.cli.tag.reporting import Reporter, reporter
from tagwright_plugins.cli.tag.run import TagOptions, begun, carry_out, prepared
from tagwright_plugins.cli.wording import many
from tagwright_plugins.immich.accounts import (
    access,
    account_of,
    make_client,
    make_library,
    settings_of,
)
from tagwright_plugins.immich.albums import albums_of
from tagwright_plugins.immich.backfilling.companion import Companion
from tagwright_plugins.immich.backfilling.outlook import outlook, pace
from tagwright_plugins.immich.backfilling.patience import Patience
from tagwright_plugins.immich.backfilling.selection import Selection
from tagwright_plugins.immich.backfilling.source import PORTION, Backfill, Chosen
from tagwright_plugins.immich.deleting import DeletedTags
from tagwright_plugins.immich.memory import position
from tagwright_plugins.immich.noting import AccountNotes
from tagwright_plugins.immich.rooting import check_root
from tagwright_plugins.immich.serving.run import NAME as SERVING
from tagwright_plugins.watch.lock import is_held

_ALL = 100_000  # portions of notes


def run(account: str | None, selection: Selection, options: TagOptions) -> int:
    """Tag and return the exit code."""
    whole = options.configuration()
    section = account_of(whole, account)
    access(whole, section)  # before anything is opened
    given = {
        "taxonomy": options.taxonomy,
        "taggers": options.taggers or None,
        "profile": options.profile,
    }
    said = {name: value for name, value in given.items() if value is not None}
    configuration = settings_of(whole, section).model_copy(update=said)
    gc.freeze()  # modules stay for ever; the collector need not walk them for each batch
    with open_state(configuration) as state:
        albums = asyncio.run(albums_of(whole, section, state.lane))
        library = make_library(whole, section, albums)
        work = Work(state, make_client(whole, section), library, configuration)
        return asyncio.run(work.backfill(selection, options))


class Work:
    """One backfill of one account."""

    def __init__(
        self,
        state: State,
        client: ImmichClient,
        library: ImmichLibrary,
        configuration: Configuration,
    ) -> None:
        """Make it ready; the client and the library are closed by it."""
        self._state = state
        self._client = client
        self._library = library
        self._configuration = configuration
        self._deleted = DeletedTags(state.lane, client, library)
        library.heed(self._deleted.look)
        self._source: Backfill | None = None

    async def backfill(self, selection: Selection, options: TagOptions) -> int:
        """Do it and return the exit code."""
        state, configuration = self._state, self._configuration
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._client.aclose)
            stack.push_async_callback(self._library.aclose)
            await self._client.account.version()
            dry_run = options.dry_run or options.estimate
            await check_root(configuration, self._library.name, state.lane, dry_run=dry_run)
            chosen = await self._chosen(selection)
            settings = await prepared(stack, options, configuration)
            settings = replace(settings, writing=f"immich {configuration.immich.root}".strip())
            if options.estimate:
                patience = Patience(settings.patience, lambda text: click.echo(text, err=True))
                session = self._session(settings, replace(chosen, count_only=True), "", patience)
                each = await pace(state.lane)
                return await estimate_only(session, as_json=options.as_json, pace=each)
            run_id = await begun(options, configuration, state, "backfill")
            report = stack.enter_context(reporter(options, settings.taxonomy))
            patience = Patience(settings.patience, report.note)
            session = self._session(settings, chosen, run_id, patience)
            ahead = await outlook(self._client, session, selection, chosen)
            report.estimate(await Estimator(settings, state.lane, run_id).estimate(ahead.due))
            companion = Companion(ahead, patience)
            code = await carry_out(stack, session, options, configuration, report, companion)
            self._say_what_was_left(report)
            if configuration.immich.notes and not dry_run:
                await AccountNotes(self._library, state.lane).catch_up(portions=_ALL)
            return code
        raise AssertionError  # never: the stack lets errors pass

    async def _chosen(self, selection: Selection) -> Chosen:
        query = await selection.query(self._client)
        kept = await position(self._state.lane, self._library.name)
        served = kept is not None and is_held(self._configuration.state, SERVING)
        return Chosen(query, selection.limit, kept.begun if kept and served else None)

    def _session(
        self, settings: Settings, chosen: Chosen, run_id: str, patience: Patience
    ) -> Session:
        lane, owner = self._state.lane, self._state.owner

        def source(tally: Tally) -> Backfill:
            account = self._client, self._library, self._deleted
            self._source = Backfill(*account, lane, settings, chosen, tally, patience)
            return self._source

        return Session(
            *(self._library, settings, lane, owner, run_id), source=source, ahead=PORTION // 2
        )

    def _say_what_was_left(self, report: Reporter) -> None:
        apart = None if self._source is None else self._source.apart
        if apart and apart.serving:
            report.note(f"Left to 'tagwright immich serve': {many(apart.serving, 'photo')}")
        if apart and apart.others:
            report.note(f"Left alone, another's or offline: {many(apart.others, 'photo')}")
