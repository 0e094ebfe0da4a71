"""``tagwright costs``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="Show what vision services have cost.")
@click.option(
    "--by",
    type=click.Choice(["day", "run", "model", "album", "tagger"]),
    help="Show sums apart; an album is the folder of a photo.",
)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Only calls of that day and later ones.",
)
@json_option
@configured
def costs(
    by: str | None,
    since: datetime | None,
    as_json: bool,
    config: Path | None,
    state: Path | None,
) -> int:
    """Show what vision services have cost, and what is left of your caps.

    In US dollars, as the services billed it or by price lists. Where that is
    not known, or a crash has cut a call short, the table says so.
    """
    from tagwright_plugins.cli.costs.run import run  # noqa: PLC0415 - keeps --help quick

    return run(by, since, config, state, as_json=as_json)
