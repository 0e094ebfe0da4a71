"""``tagwright search``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="Find photos by what is on them.")
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("--under", multiple=True, metavar="PATH", type=click.Path(path_type=Path))
@click.option("--branch", metavar="CONCEPT", help="Only photos with this concept or one below it.")
@click.option("--from", "taken_from", type=_DAY, metavar="DAY", help="Only photos since this day.")
@click.option("--to", "taken_to", type=_DAY, metavar="DAY", help="Only photos up to this day.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Photos.")
@click.option("--facets", is_flag=True, help="Count the tags of all that is found.")
@click.option("--taxonomy", metavar="FILE|NAME", help="Your vocabulary (default: family).")
@json_option
@configured
def search(
    words: tuple[str, ...],
    *,
    under: tuple[Path, ...],
    taken_from: datetime | None,
    taken_to: datetime | None,
    **options: object,
) -> int:
    """Find photos by concept, synonym, caption, label, folder or file name.

    All words must be found; a concept is found by any of its labels, in any
    language, and with all concepts below it. Only photos that were tagged
    once are known.
    """
    from tagwright_plugins.cli.search import run as finding  # noqa: PLC0415 - keeps --help quick

    first = taken_from.date() if taken_from else None
    last = taken_to.date() if taken_to else None
    given = finding.SearchOptions(" ".join(words), under, first, last, **options)  # type: ignore[arg-type]  # click made them so
    return finding.run(given)
