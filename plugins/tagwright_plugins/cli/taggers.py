"""``tagwright taggers``."""

from __future__ import annotations

import click

from tagwright_plugins.cli.options import configured
from tagwright_plugins.cli.profiles import profile, profiles
from tagwright_plugins.cli.prompt import prompt


@click.group(
    short_help="List who can look at photos; look at profiles and prompts.",
    invoke_without_command=True,
)
@click.pass_context
@configured
def taggers(context: click.Context, **_options: object) -> int | None:
    """List who can look at photos, and what leaves this machine.

    The commands below show what vision models are told.
    """
    if context.invoked_subcommand is not None:
        return None
    from tagwright.taggers import discover  # noqa: PLC0415 - keeps --help quick

    rows = {
        scheme: line for factory in discover().values() for scheme, line in factory.schemes.items()
    }
    width = max(map(len, rows), default=0)
    for scheme in sorted(rows):
        click.echo(f"{scheme:<{width}}  {rows[scheme]}")
    return 0


for command in (profiles, profile, prompt):
    taggers.add_command(command)
