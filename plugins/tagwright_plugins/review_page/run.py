"""What ``tagwright review`` does where there is a browser: serves the page until Ctrl-C."""

from __future__ import annotations

import asyncio
import math
import socket
import webbrowser
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.state import following
from tagwright.taxonomy import Taxonomy
from tagwright_adapters.addresses import is_loopback
from tagwright_plugins.cli.assembly import State, make_taxonomy, open_state
from tagwright_plugins.cli.interruption import INTERRUPTED, interruptible
from tagwright_plugins.cli.wording import many
from tagwright_plugins.review_page.access import make_access
from tagwright_plugins.review_page.desk import Desk
from tagwright_plugins.review_page.serving import Review, shown, sitting

_PORT = 8484


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
    access, token = None, None
    if not is_loopback(serving.host):
        access, token = make_access(configuration.state, renew=serving.new_token)
    review = Review(configuration, state, taxonomy, serving.config, access)
    left = asyncio.Event()
    async with sitting(review) as begun:
        begun.desk.under = serving.under
        leaving = asyncio.create_task(_leave(begun.desk, serving.idle, left))
        with interruptible(left.set):
            async with shown(begun.desk, listening, serving.host):
                port = int(listening.getsockname()[1])
                _say(serving, port, token, locked=access is not None)
                await left.wait()
        leaving.cancel()
        if due := await state.lane(following.count):
            click.echo(f"Writing {many(due, 'photo')} …")
        with interruptible(begun.desk.writer.stop) as again:
            await begun.finish()
        await begun.end(interrupted=bool(again))
        return await _end(begun.desk, interrupted=bool(again))
    raise AssertionError  # never: a sitting lets errors pass


async def _leave(desk: Desk, idle: float, left: asyncio.Event) -> None:
    if math.isfinite(idle):
        await desk.be_left(idle)
        left.set()


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
    if written := desk.figures["written"]:
        click.echo(f"Written: {many(written, 'photo')}.")
    for error in desk.failed.values():
        click.echo(f"failed: {error}")
    if left := await desk.state.lane(following.count):
        click.echo(f"Yet to be written: {many(left, 'photo')}; the next session does that.")
    if interrupted:
        return INTERRUPTED
    if desk.writer.halted_by is not None:
        return desk.writer.halted_by.exit_code
    return 1 if desk.failed else 0
