"""What ``tagwright immich serve`` does."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError, TagwrightError
from tagwright_plugins.cli.assembly import State, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.immich.accounts import access
from tagwright_plugins.immich.assembly import Bell, make_setup
from tagwright_plugins.immich.serving.hearing import hearing
from tagwright_plugins.immich.serving.household import Household, Member
from tagwright_plugins.immich.serving.staying import say_what_stays
from tagwright_plugins.watch.asking import ask
from tagwright_plugins.watch.assembly import Setup
from tagwright_plugins.watch.attending import Attention, attended
from tagwright_plugins.watch.daemon import Daemon
from tagwright_plugins.watch.lock import alone
from tagwright_plugins.watch.logs import set_up
from tagwright_plugins.watch.requests import Requests
from tagwright_plugins.watch.telling import Teller

logger = logging.getLogger(__name__)

NAME = "immich serve"

Announce = Callable[[Iterable[str]], None]


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """The options of the command, as click gives them."""

    config: Path | None
    state: Path | None
    dry_run: bool
    pause: bool
    resume: bool
    retry: bool

    def configuration(self) -> Configuration:
        """Return the configuration with these options laid over it."""
        configuration, _ = load(self.config, {"state": self.state})
        return configuration


def run(options: ServeOptions) -> int:
    """Serve and return the exit code."""
    configuration = options.configuration()
    if options.pause or options.resume or options.retry:
        asked = [_requests(configuration, one.name) for one in configuration.immich.accounts]
        wanted = {"pause": options.pause, "resume": options.resume, "retry": options.retry}
        return ask(configuration, NAME, asked, **wanted)
    for account in configuration.immich.accounts:
        access(configuration, account)  # before anything is opened
    set_up(configuration.watch.log, journal="JOURNAL_STREAM" in os.environ)
    gc.freeze()  # modules stay for ever; the collector need not walk them for each batch
    with alone(configuration.state, NAME), open_state(configuration) as state:
        return asyncio.run(_serve(options, configuration, state))


async def _serve(options: ServeOptions, begun: Configuration, state: State) -> int:
    names = [account.name for account in begun.immich.accounts]
    household = Household([_member(options, begun, state, name) for name in names])
    daemons = [member.daemon for member in household.members]

    def stop() -> None:
        logger.info("Finishing what is in hand; a second signal ends at once.")
        for daemon in daemons:
            daemon.stop()

    watch = begun.watch
    wanted = Attention(watch.listen, watch.notify, watch.away)
    bells = {member.account: member.bell.announce for member in household.members}

    def anew() -> None:
        for daemon in daemons:
            daemon.reload()

    async with (
        attended(household, wanted, state, begun.state, name="immich") as attendant,
        _received(begun, bells),
        hearing(begun, bells) as heard,
        _reviewed(options, begun, state, anew) as review,
    ):

        def reload() -> None:
            attendant.reloading()
            with suppress(TagwrightError):  # the daemons say what is wrong with it
                new = options.configuration()
                say_what_stays(begun, new)
                heard.go_by(new)
                review(new)
            anew()

        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
        with interruptible(stop) as received:
            try:
                async with asyncio.TaskGroup() as tasks:
                    for daemon in daemons:
                        tasks.create_task(daemon.run())
            except asyncio.CancelledError:
                task = asyncio.current_task()
                assert task is not None
                task.uncancel()  # the photos in hand were put back
                return INTERRUPTED
    return INTERRUPTED if signal.SIGINT in received else 0


@asynccontextmanager
async def _received(
    configuration: Configuration, bells: Mapping[str, Announce]
) -> AsyncIterator[None]:
    try:
        from tagwright_plugins.immich.receiving.serving import receiving  # noqa: PLC0415 - an extra
    except ImportError:
        logger.info("No webhooks are received: that takes pip install 'tagwright[immich]'.")
        yield
        return
    async with receiving(configuration.immich.listen, configuration.state, bells) as url:
        if url is not None:
            logger.info("Webhooks: %simmich/webhook/ACCOUNT", url)
        yield


@asynccontextmanager
async def _reviewed(
    options: ServeOptions, begun: Configuration, state: State, grown: Callable[[], None]
) -> AsyncIterator[Callable[[Configuration], None]]:
    """Serve the review page; yield what has it take another configuration."""
    if options.dry_run:  # what somebody decides there is written
        yield _pass_over
        return
    try:
        from tagwright_plugins.immich.serving.reviewing import reviewing  # noqa: PLC0415 - an extra
    except ImportError:
        logger.info("No review page is served: that takes pip install 'tagwright[review]'.")
        yield _pass_over
        return
    async with reviewing(begun, state, options.config, grown) as take:
        yield take or _pass_over


def _pass_over(configuration: Configuration) -> None:
    """Take no other configuration: there is no page."""


def _member(options: ServeOptions, begun: Configuration, state: State, name: str) -> Member:
    bell, directory = Bell(), begun.state

    async def make() -> Setup:
        configuration = options.configuration()
        if configuration.state != directory:
            raise ConfigurationError(
                "'state' cannot change while the daemon lives.", cure="Start it anew for that."
            )
        return await make_setup(configuration, name, state, bell, dry_run=options.dry_run)

    requests = _requests(begun, name)
    kind = "dry run" if options.dry_run else "immich"
    return Member(name, Daemon(state, make, requests, Teller(), kind=kind), bell)


def _requests(configuration: Configuration, account: str) -> Requests:
    return Requests(configuration.state, f"immich-{account}")
