"""What people ask of daemons from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import click

from tagwright.configuration import Configuration
from tagwright.errors import ConfigurationError
from tagwright.state import attention
from tagwright_plugins.cli.assembly import open_state
from tagwright_plugins.cli.wording import many
from tagwright_plugins.watch.requests import Requests


def ask(
    configuration: Configuration,
    command: str,
    requests: Sequence[Requests],
    *,
    pause: bool,
    resume: bool,
    retry: bool,
) -> int:
    """Ask the daemons of a command for it, say so, and return the exit code.

    Raises:
        ConfigurationError: it contradicts itself.
    """
    if pause and resume:
        raise ConfigurationError("--pause and --resume exclude each other.")
    for one in requests:
        if pause:
            one.pause()
        if resume:
            one.resume()
    if pause:
        click.echo(f"Paused until 'tagwright {command} --resume'; what arrives is remembered.")
    if resume:
        click.echo("Resumed.")
    if retry:
        with open_state(configuration) as state:
            number = asyncio.run(state.lane(attention.retry))
        for one in requests:
            one.look()
        click.echo(f"To be tried again: {many(number, 'photo')}.")
    return 0
