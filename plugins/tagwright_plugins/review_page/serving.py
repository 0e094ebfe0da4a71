"""What ``tagwright review`` does where there is a browser: serves the page until Ctrl-C."""

from __future__ import annotations

import asyncio
import math
import socket
import webbrowser
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.review import Writer
from tagwright.state import following, runs
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.addresses import is_loopback
from tagwright_plugins.cli.assembly import State, make_library, make_taxonomy, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.wording import many, printable
from tagwright_plugins.review_page.access import make_access
from tagwright_plugins.review_page.application import make_application
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.pictures import Pictures, tidy
from tagwright_plugins.web.hosts import make_hosts
from tagwright_plugins.web.serving import Server, configured

_PORT = 8484
_PATIENCE = 5  # s that answers in hand are waited for


@dataclass(frozen=True, slots=True)
class Serving:
    """Where the page is served, as click gives it."""

    host: str
    port: int | None  # None: the usual one, or any that is free
    open: bool
    new_token: bool
    query: str  # the filter to begin with
    config: Path | None  # the file that was named
    under: tuple[str, ...] = ()  # references of folders and photos that it is about; empty: all
    idle: float = math.inf  # s without a page that is open, after which it ends


def run(configuration: Configuration, serving: Serving) -> int:
    """Serve until interrupted and return the exit code."""
    taxonomy = make_taxonomy(configuration)
    with open_state(configuration) as state, _listen(serving) as listening:
        return asyncio.run(_serve(configuration, state, taxonomy, serving, listening))


def _listen(serving: Serving) -> socket.socket:
    """Return a socket that listens.

    Raises:
        ConfigurationError: the address cannot be used.
    """
    ports = (_PORT, 0) if serving.port is None else (serving.port,)
    problem: OSError | None = None
    for port in ports:
        try:
            family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
            return socket.create_server((serving.host, port), family=family)
        except OSError as exc:
            problem = exc
    reason = problem.strerror if problem else "no port"
    msg = f"the page cannot be served at {serving.host}, port {ports[0]}: {reason}."
    raise ConfigurationError(msg, cure="Choose others with --host and --port.") from problem


async def _serve(
    configuration: Configuration,
    state: State,
    taxonomy: Taxonomy,
    serving: Serving,
    listening: socket.socket,
) -> int:
    renditions = configuration.state / "renditions"
    await asyncio.to_thread(tidy, renditions)
    port = int(listening.getsockname()[1])
    async with AsyncExitStack() as stack:
        library = make_library(configuration, ())
        stack.push_async_callback(library.aclose)
        writer = Writer(library, state.lane, taxonomy, lambda one: desk.follow(one))  # noqa: PLW0108 - the desk needs it
        desk = Desk(configuration, state, writer, Pictures(library, renditions), serving.config)
        desk.under = serving.under
        token = None
        if not is_loopback(serving.host):
            desk.access, token = make_access(configuration.state, renew=serving.new_token)
        app = make_application(desk, make_hosts(serving.host, port))
        server = Server(configured(app, _PATIENCE))
        _say(serving, port, token, locked=desk.access is not None)
        writing = asyncio.create_task(writer.serve())

        def stop() -> None:
            server.should_exit = True
            desk.close()

        leaving = asyncio.create_task(_leave(desk, serving.idle, stop))
        try:
            with interruptible(stop):
                await server.serve([listening])
            if left := await state.lane(following.count):
                click.echo(f"Writing {many(left, 'photo')} …")
        finally:
            leaving.cancel()
            writer.finish()
            with interruptible(writer.stop) as again:
                await writing
    return await _end(desk, interrupted=bool(again))


async def _leave(desk: Desk, idle: float, stop: Callable[[], None]) -> None:
    if math.isfinite(idle):
        await desk.be_left(idle)
        stop()


def _say(serving: Serving, port: int, token: str | None, *, locked: bool) -> None:
    host = serving.host if serving.host not in ("0.0.0.0", "::") else socket.gethostname()  # noqa: S104 - the person asked for it
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    secret = f"token={token}" if token else ""
    click.echo(f"Review: {_link(address, secret, serving.query)}")
    if token:
        click.echo("The link holds the token, which is shown this once; keep it to yourself.")
        click.echo("What is sent is not encrypted: use it in networks that you trust.")
    elif locked:
        click.echo("It asks for the token of the first time; --new-token makes another.")
    click.echo("Ctrl-C ends it; what you decided is written first.")
    if serving.open:
        # Without the token: others can read what a program is started with. The page asks for it.
        webbrowser.open(_link(address, serving.query))


def _link(address: str, *pairs: str) -> str:
    given = "&".join(filter(None, pairs))
    return f"{address}?{given}" if given else address


async def _end(desk: Desk, *, interrupted: bool) -> int:
    session, writer = desk.session, desk.writer
    if session is not None:
        status = "interrupted" if interrupted else "stopped" if writer.halted_by else "done"
        tally = {**desk.tally, **desk.written}
        await desk.state.lane(lambda c: runs.end(c, session.run_id, status, tally))
    if desk.written:
        click.echo(f"Written: {many(desk.written['written'], 'photo')}.")
    for error in desk.errors:
        click.echo(f"failed: {printable(error, 500)}")
    if left := await desk.state.lane(following.count):
        click.echo(f"Yet to be written: {many(left, 'photo')}; the next session does that.")
    if interrupted:
        return INTERRUPTED
    if writer.halted_by is not None:
        return writer.halted_by.exit_code
    return 1 if desk.errors else 0
