"""``tagwright taggers``."""

from __future__ import annotations

import click

from tagwright_plugins.cli.options import configured


@click.command(short_help="List who can look at photos.")
@configured
def taggers(**_options: object) -> int:
    """List who can look at photos, and what leaves this machine."""
    from tagwright.taggers import discover  # noqa: PLC0415 - keeps --help quick

    rows = {
        scheme: line for factory in discover().values() for scheme, line in factory.schemes.items()
    }
    width = max(map(len, rows), default=0)
    for scheme in sorted(rows):
        click.echo(f"{scheme:<{width}}  {rows[scheme]}")
    return 0
