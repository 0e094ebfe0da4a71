"""Putting together what tags one account, from the configuration."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import replace

from tagwright.configuration import Configuration
from tagwright.errors import TagwrightError
from tagwright_adapters.immich.watching import ImmichWatcher, WatchOptions
from tagwright_plugins.cli.assembly import State
from tagwright_plugins.immich.accounts import (
    account_of,
    make_client,
    make_library,
    settings_of,
)
from tagwright_plugins.immich.again import Again
from tagwright_plugins.immich.albums import albums_of
from tagwright_plugins.immich.chores import Chores
from tagwright_plugins.immich.deleting import DeletedTags
from tagwright_plugins.immich.memory import SERVING, AccountMemory, begin
from tagwright_plugins.immich.noting import AccountNotes
from tagwright_plugins.immich.rooting import check_root
from tagwright_plugins.watch.assembly import Setup, lasting_settings


class Bell:
    """Where it is told that something happened in an account, whatever run listens."""

    def __init__(self) -> None:
        self.watcher: ImmichWatcher | None = None

    @property
    def trouble(self) -> TagwrightError | None:
        """What keeps the account from being seen; None: nothing does."""
        return None if self.watcher is None else self.watcher.trouble

    def announce(self, ids: Iterable[str]) -> None:
        """Say that there may be something about these assets."""
        if self.watcher is not None:  # else a run begins soon, and looks by itself
            self.watcher.announce(ids)


async def make_setup(
    configuration: Configuration, name: str, state: State, bell: Bell, *, dry_run: bool
) -> Setup:
    """Make everything for an account; what was made is closed again where something cannot be.

    Raises:
        TagwrightError: the configuration, the taxonomy or a tagger cannot be used.
    """
    account = account_of(configuration, name)
    here = settings_of(configuration, account)
    async with AsyncExitStack() as stack:
        albums = await albums_of(configuration, account, state.lane)
        library = make_library(configuration, account, albums)
        await check_root(configuration, library.name, state.lane, dry_run=dry_run)
        stack.push_async_callback(library.aclose)
        client = make_client(configuration, account)
        stack.push_async_callback(client.aclose)
        await begin(client, state.lane, library.name)
        settings = await lasting_settings(stack, here, dry_run=dry_run)
        settings = replace(settings, writing=f"immich {here.immich.root}".strip())
        chores = []
        if here.immich.notes and not dry_run:
            noting = AccountNotes(library, state.lane)
            stack.push_async_callback(noting.finish)
            chores.append(noting.catch_up)
        deleted = DeletedTags(state.lane, client, library)
        library.heed(deleted.look)
        again = Again(client, library, state.lane, library.options.again)
        obeying = [] if dry_run else [again.heed]
        reading = [library.learn, *obeying, deleted.miss]
        options = WatchOptions(interval=here.immich.poll)

        def watcher(_: Iterable[str]) -> ImmichWatcher:
            chief = Chores(client, chores, reading)
            memory = AccountMemory(state.lane, library, settings, chief)
            bell.watcher = ImmichWatcher(client, memory, options)
            return bell.watcher

        immich = here.immich
        close = stack.pop_all().aclose
        return Setup(
            *(here, library, settings, watcher, close, immich.quiet, immich.drain), own=SERVING
        )
    raise AssertionError  # never: the stack lets errors pass
