"""What ``tagwright watch`` does."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError
from tagwright_plugins.cli.assembly import State, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.options import AskingOptions
from tagwright_plugins.watch.asking import ask
from tagwright_plugins.watch.assembly import Setup, make_setup
from tagwright_plugins.watch.attending import Attention, attended
from tagwright_plugins.watch.daemon import Daemon
from tagwright_plugins.watch.lock import alone
from tagwright_plugins.watch.logs import set_up
from tagwright_plugins.watch.requests import Requests
from tagwright_plugins.watch.telling import Teller

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchOptions(AskingOptions):
    """The options of the command, as click gives them."""

    dry_run: bool
    polling: bool
    pause: bool
    resume: bool
    retry: bool

    def configuration(self) -> Configuration:
        """Return the configuration with these options laid over it."""
        mode = "polling" if self.polling else None
        configuration, _ = load(self.config, self.overrides() | {"watch.mode": mode})
        return configuration


def run(folders: Sequence[Path], options: WatchOptions) -> int:
    """Watch, or ask a daemon for something, and return the exit code."""
    configuration = options.configuration()
    if options.pause or options.resume or options.retry:
        wanted = {"pause": options.pause, "resume": options.resume, "retry": options.retry}
        return ask(configuration, "watch", [Requests(configuration.state)], **wanted)
    _roots(configuration, folders)
    set_up(configuration.watch.log, journal="JOURNAL_STREAM" in os.environ)
    gc.freeze()  # modules stay for ever; the collector need not walk them for each batch
    with alone(configuration.state), open_state(configuration) as state:
        return asyncio.run(_watch(folders, options, configuration, state))


async def _watch(
    folders: Sequence[Path], options: WatchOptions, begun: Configuration, state: State
) -> int:
    teller, directory = Teller(), begun.state

    async def make() -> Setup:
        configuration = options.configuration()
        if configuration.state != directory:
            raise ConfigurationError(
                "'state' cannot change while the daemon lives.", cure="Start it anew for that."
            )
        roots = _roots(configuration, folders)
        return await make_setup(configuration, roots, teller.skipped, dry_run=options.dry_run)

    kind = "dry run" if options.dry_run else "watch"
    daemon = Daemon(state, make, Requests(directory), teller, kind=kind)

    def stop() -> None:
        logger.info("Finishing what is in hand; a second signal ends at once.")
        daemon.stop()

    loop = asyncio.get_running_loop()
    watch = begun.watch
    wanted = Attention(watch.listen, watch.notify, watch.away)
    async with attended(daemon, wanted, state, directory) as attendant:

        def reload() -> None:
            attendant.reloading()
            daemon.reload()

        loop.add_signal_handler(signal.SIGHUP, reload)
        with interruptible(stop) as received:
            try:
                await daemon.run()
            except asyncio.CancelledError:
                task = asyncio.current_task()
                assert task is not None
                task.uncancel()  # the photos in hand were put back
                return INTERRUPTED
    return INTERRUPTED if signal.SIGINT in received else 0


def _roots(configuration: Configuration, folders: Sequence[Path]) -> Sequence[Path]:
    """Return what is to be watched; what is not there yet may appear later.

    Raises:
        ConfigurationError: nothing is named, or what is no folder.
    """
    roots = folders or configuration.watch.folders
    if not roots:
        raise ConfigurationError(
            "nothing is named that is to be watched.",
            cure="Name folders, or set 'folders' under [watch] in the configuration.",
        )
    for root in roots:
        if root.exists() and not root.is_dir():
            raise ConfigurationError(f"{root} is no folder.", cure="Name the folder it is in.")
    return roots
