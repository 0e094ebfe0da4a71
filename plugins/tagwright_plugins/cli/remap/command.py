"""``tagwright remap``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="Judge photos anew after a change; asks no tagger.")
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show the difference and change nothing.")
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.option("--explain", is_flag=True, help="Show each photo that changes, and why.")
@click.option("--taxonomy", metavar="FILE|NAME", help="Your vocabulary (default: family).")
@json_option
@configured
def remap(paths: tuple[Path, ...], **options: object) -> int:
    """Judge photos anew after you changed taxonomy, thresholds or rules.

    Works from what taggers said before, so it asks nobody and costs nothing.
    Shows the difference first: which tags come and which of ours go, on how
    many photos. Tags of people are never touched. 'tagwright undo --run last'
    takes it back.
    """
    from tagwright_plugins.cli.remap.run import (  # noqa: PLC0415 - keeps --help quick
        RemapOptions,
        run,
    )

    return run(paths, RemapOptions(**options))  # type: ignore[arg-type]  # click made them so
