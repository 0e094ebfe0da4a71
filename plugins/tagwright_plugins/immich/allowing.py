"""What ``tagwright immich allow`` does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import click

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.state import bars
from tagwright.state.bars import Bar
from tagwright_plugins.cli.assembly import State, open_state
from tagwright_plugins.cli.wording import printable
from tagwright_plugins.immich.accounts import account_of

_LONGEST = 200


def run(configuration: Configuration, tags: Sequence[str], account: str | None) -> int:
    """Let tags in again, or list those that are kept out, and return the exit code."""
    library = f"immich:{account_of(configuration, account).name}" if account else None
    with open_state(configuration) as state:
        return asyncio.run(_allow(state, tags, library, configuration.immich.root))


async def _allow(state: State, tags: Sequence[str], library: str | None, root: str) -> int:
    found = [
        bar for bar in await state.lane(bars.all_bars) if library is None or bar.library == library
    ]
    if not tags:
        _list(found)
        return 0
    for tag in tags:
        for bar in _named(found, tag, root):
            await state.lane(lambda c, b=bar: bars.lift(c, b.library, b.concept))  # type: ignore[misc]  # the default binds the loop variable
            click.echo(f"{bar.library} gets {_path(bar)} again, on photos that are looked at anew.")
    return 0


def _named(found: Sequence[Bar], tag: str, root: str) -> Sequence[Bar]:
    """Return what a path means, also as Immich shows it below our root; or a last name."""
    given = tag.casefold()
    wanted = {given, given.removeprefix(f"{root}/".casefold())}
    named = [bar for bar in found if wanted & {_path(bar).casefold(), bar.path[-1].casefold()}]
    if not named:
        listed = ", ".join(_path(bar) for bar in found) or "none is"
        raise ConfigurationError(f"{tag!r} is not kept out.", cure=f"Kept out: {listed}.")
    return named


def _list(found: Sequence[Bar]) -> None:
    if not found:
        click.echo("No tag is kept out.")
    for bar in found:
        day = time.strftime("%Y-%m-%d", time.localtime(bar.barred_at))
        click.echo(f"{bar.library}: {_path(bar)}, deleted there by {day}")


def _path(bar: Bar) -> str:
    return printable("/".join(bar.path), _LONGEST)
