"""``tagwright watch install`` and ``uninstall``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    from tagwright_plugins.watch.service import placing  # noqa: PLC0415 - keeps --help quick

    place = placing.place(system=system, user=user)
    return placing.install(place, folders, config, state, dry_run=dry_run)


@click.command(short_help="Remove what 'install' wrote.")
@_SYSTEM
@_DRY_RUN
@configured
def uninstall(*, system: bool, dry_run: bool, config: Path | None, state: Path | None) -> int:  # noqa: ARG001 - all commands take them
    """Remove what 'install' wrote. Photos, tags and state stay as they are."""
    from tagwright_plugins.watch.service import placing  # noqa: PLC0415 - keeps --help quick

    return placing.uninstall(placing.place(system=system, user=None), dry_run=dry_run)


_BESIDE: dict[str, click.Command] = {"install": install, "uninstall": uninstall}


class WithInstall(click.Command):
    """A command that takes folders, beside which there are ``install`` and ``uninstall``."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Hand over to one of those where it is the first word; ``./install`` is a folder."""
        beside = _BESIDE.get(args[0]) if args else None
        if beside is None:
            return super().make_context(info_name, args, parent, **extra)
        return beside.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)
