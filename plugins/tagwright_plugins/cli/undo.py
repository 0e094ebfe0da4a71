"""``tagwright undo``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="Take back what a run wrote.")
@click.option("--run", "run_name", required=True, metavar="ID|last", help="The run to take back.")
@click.option("--dry-run", is_flag=True, help="Show what would be taken back.")
@json_option
@configured
def undo(
    run_name: str, dry_run: bool, as_json: bool, config: Path | None, state: Path | None
) -> int:
    """Take back what a run wrote, exactly.

    Tags and other changes that people made since stay. Interrupted, it goes
    on when it is run again.
    """
    from tagwright_plugins.cli.undoing import UndoOptions, run  # noqa: PLC0415 - keeps --help quick

    return run(UndoOptions(run_name, dry_run, as_json, config, state))
