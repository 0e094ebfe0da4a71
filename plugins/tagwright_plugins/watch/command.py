"""``tagwright watch``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import asking_options, configured
from tagwright_plugins.watch.service.command import WithInstall


@click.command(
    cls=WithInstall, short_help="Tag photos as they come into folders, for as long as it runs."
)
@click.argument("folders", nargs=-1, metavar="[DIR]...", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be written and touch no photo.")
@asking_options
@click.option("--polling", is_flag=True, help="Look again and again instead of waiting for events.")
@click.option("--pause", is_flag=True, help="Have the daemon begin with no photo until --resume.")
@click.option("--resume", is_flag=True, help="Have it go on.")
@click.option("--retry", is_flag=True, help="Have it try photos again that were set aside.")
@configured
def watch(folders: tuple[Path, ...], **options: object) -> int:
    """Tag photos as they come into folders, for as long as it runs.

    Without DIR, the folders under [watch] in the configuration are watched.
    What is in hand is finished when it is ended (SIGTERM, Ctrl-C); a second
    signal ends it at once, and nothing is lost either way. SIGHUP reads the
    configuration anew. What one day brought is one run: 'tagwright undo' takes
    it back.

    'tagwright watch install DIR...' has it start with your login or with the
    system; 'tagwright watch uninstall' takes that away again.
    """
    from tagwright_plugins.watch.run import WatchOptions, run  # noqa: PLC0415 - keeps --help quick

    return run(folders, WatchOptions(**options))  # type: ignore[arg-type]  # click made them so
