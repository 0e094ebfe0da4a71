"""``tagwright immich install`` and ``uninstall``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured
from tagwright_plugins.immich.options import account_option


@click.command(short_help="Have Immich announce new photos.")
@click.option("--url", metavar="URL", help="Where Immich reaches Tagwright: http://tagwright:8485.")
@account_option
@click.option("--dry-run", is_flag=True, help="Say all, change nothing.")
@configured
def install(
    *,
    url: str | None,
    account: str | None,
    dry_run: bool,
    config: Path | None,
    state: Path | None,
) -> int:
    """Have Immich announce new photos, so that they are tagged at once.

    Makes or repairs two workflows in each account; for that its key needs
    workflow.read, workflow.create, workflow.update and plugin.read. Run it again
    whenever you like. Immich before 3.0 has no workflows: Tagwright looks by
    itself there, and does so everywhere for what was never announced.
    """
    from tagwright_plugins.immich.installing import run  # noqa: PLC0415 - keeps --help quick

    return run.install(run.InstallOptions(config, state, account, dry_run, url))


@click.command(short_help="Have Immich announce nothing any more.")
@account_option
@click.option("--dry-run", is_flag=True, help="Say all, change nothing.")
@configured
def uninstall(
    *, account: str | None, dry_run: bool, config: Path | None, state: Path | None
) -> int:
    """Take our workflows away from Immich, and none of anybody else's.

    Needs workflow.read and workflow.delete.
    """
    from tagwright_plugins.immich.installing import run  # noqa: PLC0415 - keeps --help quick

    return run.uninstall(run.InstallOptions(config, state, account, dry_run))
