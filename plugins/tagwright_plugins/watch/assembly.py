"""Putting a daemon's parts together, from the configuration."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from tagwright.configuration import Configuration
from tagwright.configuration.chains import make_chains, members_of
from tagwright.pipeline import Settings, Site
from tagwright.ports import PhotoLibrary, Watcher
from tagwright_adapters.files.names import to_reference
from tagwright_adapters.watching import FolderWatcher
from tagwright_adapters.watching import WatchOptions as FolderOptions
from tagwright_plugins.cli.assembly import make_library, make_settings, make_tagger, make_taxonomy
from tagwright_plugins.cli.tag.preparing import prepare
from tagwright_plugins.watch.places import places


@dataclass(frozen=True, slots=True)
class Setup:
    """All that one configuration amounts to."""

    configuration: Configuration
    library: PhotoLibrary
    settings: Settings
    watcher: Callable[[Iterable[str]], Watcher]  # makes one for a run, from the folders known
    aclose: Callable[[], Awaitable[None]]
    quiet: Sequence[str] = ()  # hours in which photos wait
    drain: float = 30.0  # s that photos in hand have when it is to end
    sites: Sequence[Site] = ()  # folders that go by settings of their own
    own: Collection[str] = ()  # kinds of runs; what others ended is left so; empty: they are alike


def make_watcher(
    configuration: Configuration, roots: Sequence[Path], known: Iterable[str]
) -> Watcher:
    """Make what sees what comes to rest below some folders, and what went of those ``known``."""
    watch = configuration.watch
    options = FolderOptions(mode=watch.mode, reconcile=watch.reconcile, polling=watch.polling)
    return FolderWatcher(roots, options, known=known)


async def make_setup(
    configuration: Configuration,
    roots: Sequence[Path],
    skipped: Callable[[Path, str], None],
    *,
    dry_run: bool,
) -> Setup:
    """Make everything; what was made is closed again where something cannot be.

    Raises:
        TagwrightError: the configuration, the taxonomy or a tagger cannot be used.
    """
    async with AsyncExitStack() as stack:
        settings = await lasting_settings(stack, configuration, dry_run=dry_run)
        library = make_library(configuration, roots, skipped)
        stack.push_async_callback(library.aclose)
        sites = []
        for folder, here in (await asyncio.to_thread(places, configuration, roots)).items():
            own = library
            if here.files != configuration.files:
                own = make_library(here, roots, skipped)
                stack.push_async_callback(own.aclose)
            reference = to_reference(f"{folder}/")
            sites.append(Site(reference, own, await lasting_settings(stack, here, dry_run=dry_run)))
        return Setup(
            configuration,
            library,
            settings,
            lambda known: make_watcher(configuration, roots, known),
            stack.pop_all().aclose,
            configuration.watch.quiet,
            configuration.watch.drain,
            sites,
        )
    raise AssertionError  # never: the stack lets errors pass


async def lasting_settings(
    stack: AsyncExitStack, configuration: Configuration, *, dry_run: bool
) -> Settings:
    """Make the settings of a run that lasts; the stack closes the taggers."""
    taxonomy = make_taxonomy(configuration)
    made = []
    for spec in members_of(make_chains(configuration)):
        made.append(make_tagger(configuration, taxonomy, spec))
        stack.push_async_callback(made[-1].aclose)
    await prepare(made)
    options = {"dry_run": dry_run, "force": False, "reask": False}
    # A service that is away is waited for.
    return replace(make_settings(configuration, taxonomy, made, **options), patience=math.inf)
