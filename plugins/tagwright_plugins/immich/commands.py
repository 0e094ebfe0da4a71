"""``tagwright immich``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured
from tagwright_plugins.immich.backfilling.command import backfill


@click.group(short_help="Tag the photos of accounts of Immich.")
def immich() -> None:
    """Tag the photos of accounts of Immich, through its own tags.

    The address stands under [immich] in the configuration, the key in
    IMMICH_API_KEY or in a file that IMMICH_API_KEY_FILE names.
    """


@immich.command(short_help="Tag every new photo, for as long as it runs.")
@click.option("--dry-run", is_flag=True, help="Say what would be set and touch no photo.")
@configured
def serve(*, dry_run: bool, config: Path | None, state: Path | None) -> int:
    """Tag every new photo, for as long as it runs.

    What was there before the first start stays as it is: 'tagwright immich
    backfill' tags it. What is in hand is finished when it is ended (SIGTERM,
    Ctrl-C); a second signal ends it at once, and nothing is lost either way.
    SIGHUP reads the configuration anew. What one day brought is one run:
    'tagwright undo' takes it back.
    """
    from tagwright_plugins.immich.serving.run import ServeOptions, run  # noqa: PLC0415 - quick help

    return run(ServeOptions(config, state, dry_run))


immich.add_command(backfill)
