"""``tagwright tune``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="Propose thresholds from what you decided.")
@click.option(
    "--precision",
    type=click.FloatRange(0.5, 1.0, max_open=True),
    default=0.95,
    show_default=True,
    help="Share of tags written without asking that should be right.",
)
@click.option("--taxonomy", metavar="FILE|NAME", help="Your vocabulary (default: family).")
@json_option
@configured
def tune(
    *,
    precision: float,
    taxonomy: str | None,
    as_json: bool,
    config: Path | None,
    state: Path | None,
) -> int:
    """Propose thresholds from what you decided in reviews; changes nothing.

    Shows from which confidence on so many tags are right, how sure that is,
    and what would change. Labels that you reject again and again are proposed
    to be ignored.
    """
    from tagwright_plugins.cli.tune import run as tuning  # noqa: PLC0415 - keeps --help quick

    return tuning.run(precision, taxonomy, config, state, as_json=as_json)
