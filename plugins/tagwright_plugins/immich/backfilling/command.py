"""``tagwright immich backfill``."""

from __future__ import annotations

from datetime import datetime

import click

from tagwright_plugins.cli.options import configured
from tagwright_plugins.cli.tag.command import tagging_options

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="Tag what was in an account before.")
@click.option("--account", metavar="NAME", help="Whose photos, where there are several accounts.")
@click.option("--album", metavar="NAME", help="Only those in an album, by its name or identifier.")
@click.option("--person", metavar="NAME", help="Only those of a person, by name or identifier.")
@click.option("--after", type=_DAY, metavar="DATE", help="Only those taken on this day or later.")
@click.option("--before", type=_DAY, metavar="DATE", help="Only those taken before this day.")
@click.option("--untagged", is_flag=True, help="Only those without any tag.")
@click.option("--favourites", is_flag=True, help="Only favourites.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many, the newest first.")
@tagging_options
@configured
def backfill(
    *,
    account: str | None,
    album: str | None,
    person: str | None,
    after: datetime | None,
    before: datetime | None,
    untagged: bool,
    favourites: bool,
    limit: int | None,
    **options: object,
) -> int:
    """Tag what was in an account of Immich before, newest first.

    Ctrl-C is the pause: it finishes what is in hand, and the same command goes
    on from there; nothing is asked twice. It may run beside 'tagwright immich
    serve'. 'tagwright undo --run' takes back what it did.
    """
    from tagwright_plugins.cli.tag.run import TagOptions  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.immich.backfilling.run import run  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.immich.backfilling.selection import Selection  # noqa: PLC0415 - likewise

    chosen = Selection(album, person, after, before, untagged, favourites, limit)
    return run(account, chosen, TagOptions(**options))  # type: ignore[arg-type]  # click made them so
