"""``tagwright ledger``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option

_PATHS = click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="PATH...",
    type=click.Path(path_type=Path),
)


@click.group(short_help="Rebuild the ledger from the photos, or save rejections in them.")
def ledger() -> None:
    """Bring what Tagwright remembers of its writes into its database, or out of it.

    Each tag that Tagwright writes carries a note of its origin in the photo.
    From these notes a lost database can be made anew.
    """


@ledger.command(short_help="Make a lost ledger anew from the notes in the photos.")
@_PATHS
@click.option("--dry-run", is_flag=True, help="Say what would be found and record nothing.")
@json_option
@configured
def rebuild(paths: tuple[Path, ...], **options: object) -> int:
    """Make a lost ledger anew from the notes in the photos.

    Afterwards our tags are known as ours, can be taken back, and what people
    deleted stays deleted. What the database knows is never overridden.
    """
    from tagwright_plugins.cli.ledger.run import (  # noqa: PLC0415 - keeps --help quick
        RebuildOptions,
        rebuild_ledger,
    )

    return rebuild_ledger(paths, RebuildOptions(**options))  # type: ignore[arg-type]  # click made them so


@ledger.command(short_help="Note in the photos what people rejected.")
@_PATHS
@json_option
@configured
def save(paths: tuple[Path, ...], as_json: bool, config: Path | None, state: Path | None) -> int:
    """Note in the photos what people rejected.

    Tags that were deleted from a photo leave a trace in it; suggestions that
    were rejected before they were written leave none. This notes them, so
    that 'tagwright ledger rebuild' finds them. Where only a new sidecar could
    hold them, nothing is noted.
    """
    from tagwright_plugins.cli.ledger.run import save_rejections  # noqa: PLC0415 - as above

    return save_rejections(paths, as_json=as_json, config=config, state=state)
