"""``tagwright watch install`` and ``uninstall``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured

_SYSTEM = click.option(
    "--system", is_flag=True, help="For the whole system, not for your login alone (systemd)."
)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be done; do nothing.")


@click.command(short_help="Start the daemon with your login or with the system.")
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    metavar="DIR...",
    type=click.Path(path_type=Path, file_okay=False),
)
@_SYSTEM
@click.option("--user", metavar="NAME", help="With --system: whose rights it has.")
@_DRY_RUN
@configured
def install(
    folders: tuple[Path, ...],
    *,
    system: bool,
    user: str | None,
    dry_run: bool,
    config: Path | None,
    state: Path | None,
) -> int:
    """Write the unit (systemd) or agent (launchd) that watches folders from now on.

    It is written for this program, this configuration and these folders, and
    never started by itself: the commands that do it are printed.
    """
    from tagwright_plugins.watch import setup  # noqa: PLC0415 - keeps --help quick

    place = setup.place(system=system, user=user)
    return setup.install(place, folders, config, state, dry_run=dry_run)


@click.command(short_help="Remove what 'install' wrote.")
@_SYSTEM
@_DRY_RUN
@configured
def uninstall(*, system: bool, dry_run: bool, config: Path | None, state: Path | None) -> int:  # noqa: ARG001 - all commands take them
    """Remove what 'install' wrote. Photos, tags and state stay as they are."""
    from tagwright_plugins.watch import setup  # noqa: PLC0415 - keeps --help quick

    return setup.uninstall(setup.place(system=system, user=None), dry_run=dry_run)
