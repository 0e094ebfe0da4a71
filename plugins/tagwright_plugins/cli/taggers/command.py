"""``tagwright taggers``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured
from tagwright_plugins.cli.taggers.profiles import profile, profiles
from tagwright_plugins.cli.taggers.prompt import prompt


@click.group(
    short_help="List who can look at photos; look at profiles and prompts.",
    invoke_without_command=True,
)
@click.pass_context
@configured
def taggers(context: click.Context, config: Path | None, **_options: object) -> int | None:
    """List who can look at photos, and what leaves this machine; then your chains.

    The commands below show what vision models are told.
    """
    if context.invoked_subcommand is not None:
        return None
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright.configuration.chains import make_chains  # noqa: PLC0415 - as above
    from tagwright.taggers import discover  # noqa: PLC0415 - as above
    from tagwright_plugins.cli import wording  # noqa: PLC0415 - as above

    rows = {
        scheme: line for factory in discover().values() for scheme, line in factory.schemes.items()
    }
    configuration, _ = load(config)
    chains = make_chains(configuration, [f"chain:{name}" for name in sorted(configuration.chain)])
    lines = {**dict(sorted(rows.items())), **{one.name: wording.chain(one) for one in chains}}
    width = max(map(len, lines), default=0)
    for name, line in lines.items():
        click.echo(f"{name:<{width}}  {line}")
    return 0


for command in (profiles, profile, prompt):
    taggers.add_command(command)
