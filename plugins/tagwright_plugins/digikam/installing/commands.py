"""The commands that put Tagwright into digiKam, and those that are then called from there."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured

_PHOTOS = click.argument("photos", nargs=-1, metavar="[PHOTO]...", type=click.Path(path_type=Path))
_DATABASE = click.option(
    "--database",
    "place",
    metavar="PLACE",
    type=click.Path(path_type=Path),
    help="digikamrc, digiKam's database or the folder of either (default: where digiKam has them).",
)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
_IDLE = 2.0  # min; short, so that a tag that is new in digiKam is known to the next queue


@click.command(short_help="Put Tagwright into digiKam's queues and Open With.")
@_DATABASE
@_DRY_RUN
@configured
def install(*, place: Path | None, dry_run: bool, config: Path | None, state: Path | None) -> int:
    """Put Tagwright into digiKam: a workflow for its Batch Queue Manager, and Open With.

    Your own workflows stay as they are. Run it again whenever you like, such as
    after Tagwright was updated, or with another --config or --state. digiKam
    must not run meanwhile.
    """
    from tagwright_plugins.digikam.calling import Called  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.digikam.installing import placing  # noqa: PLC0415 - as above

    return placing.install(Called.resolved(place, config, state), dry_run=dry_run)


@click.command(short_help="Take that away again.")
@_DATABASE
@_DRY_RUN
@configured
def uninstall(
    *,
    place: Path | None,
    dry_run: bool,
    config: Path | None,  # noqa: ARG001 - every command has it
    state: Path | None,  # noqa: ARG001 - every command has it
) -> int:
    """Take away what 'tagwright digikam install' has put there, and nothing else."""
    from tagwright_plugins.digikam.installing import placing  # noqa: PLC0415 - keeps --help quick

    return placing.uninstall(place, dry_run=dry_run)


@click.command(short_help="Tag photos that are handed over, until there are no more.")
@_DATABASE
@click.option(
    "--idle",
    metavar="MINUTES",
    type=click.FloatRange(min=0.0, min_open=True),
    default=_IDLE,
    show_default=True,
    help="End when nothing was handed over for so long.",
)
@configured
def serve(*, place: Path | None, idle: float, config: Path | None, state: Path | None) -> int:
    """Tag photos that digiKam's queues and Open With hand over, with all made ready.

    It is started by them where it does not run. Photos are tagged as by
    'tagwright digikam sync', and as one run, which 'tagwright undo' takes back.
    """
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.digikam.resident.serving import run  # noqa: PLC0415 - as above

    configuration, _ = load(config, {"state": state})
    return run(configuration, place, idle * 60)


@click.command(short_help="Tag some photos, as digiKam's Open With does.")
@_PHOTOS
@_DATABASE
@configured
def tag(
    photos: tuple[Path, ...], *, place: Path | None, config: Path | None, state: Path | None
) -> int:
    """Tag some photos as 'tagwright digikam sync' does; a notice says when they are done."""
    from tagwright_plugins.digikam.calling import Called  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.digikam.opening import run  # noqa: PLC0415 - as above

    called = Called.make(place, config, state)
    return run(called.state, photos, called.command("serve"))


@click.command(short_help="Decide on the tags of some photos, as digiKam's Open With does.")
@_PHOTOS
@_DATABASE
@click.option("--open/--no-open", "opens", default=True, help="Open the browser.")
@configured
def review(
    photos: tuple[Path, ...],
    *,
    place: Path | None,
    opens: bool,
    config: Path | None,
    state: Path | None,
) -> int:
    """Open the review page for some photos, or for all; it ends when nobody looks at it."""
    from tagwright_plugins.digikam.reviewing import run  # noqa: PLC0415 - keeps --help quick

    return run(photos, place, config, state, opens=opens)


@click.command(hidden=True)
@_DATABASE
@configured
def batch(*, place: Path | None, config: Path | None, state: Path | None) -> int:
    """Tag the photo that digiKam's Batch Queue Manager gives to its script."""
    from tagwright_plugins.digikam.batch import run  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.digikam.calling import Called  # noqa: PLC0415 - as above

    called = Called.make(place, config, state)
    return run(called.state, called.command("serve"))


COMMANDS = (install, uninstall, serve, tag, review, batch)
