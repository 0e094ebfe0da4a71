"""``tagwright review``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tagwright_plugins.cli.options import configured

_SHARE = click.FloatRange(0.0, 1.0)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(short_help="Decide on what taggers are not sure of.")
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=Path))
@click.option("--branch", metavar="CONCEPT", help="Only this concept and those below it.")
@click.option("--min", "least", type=_SHARE, default=0.0, help="Only from this confidence.")
@click.option("--max", "most", type=_SHARE, default=1.0, help="Only up to this confidence.")
@click.option("--tagger", metavar="SPEC", help="Only what this tagger suggests.")
@click.option("--run", metavar="ID", help="Only what this run suggested.")
@click.option("--from", "taken_from", type=_DAY, metavar="DAY", help="Only photos since this day.")
@click.option("--to", "taken_to", type=_DAY, metavar="DAY", help="Only photos up to this day.")
@click.option("--terminal", is_flag=True, help="Here on the terminal, not in the browser.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the page.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="Its port (default: 8484 or a free one)."
)
@click.option("--open/--no-open", "opens", default=True, help="Open the browser.")
@click.option("--new-token", is_flag=True, help="Make another token for other machines.")
@click.option("--undo", metavar="ID|last", help="Take a decision back, and end.")
@click.option("--taxonomy", metavar="FILE|NAME", help="Your vocabulary (default: family).")
@configured
def review(
    paths: tuple[Path, ...],
    *,
    taken_from: datetime | None,
    taken_to: datetime | None,
    terminal: bool,
    host: str,
    port: int | None,
    opens: bool,
    new_token: bool,
    undo: str | None,
    taxonomy: str | None,
    config: Path | None,
    state: Path | None,
    **selected: object,
) -> int:
    """Decide on suggestions, group by group, in the browser or on the terminal.

    Those that settle most photos at once come first. What is accepted is
    written while you go on. In scripts use 'tagwright accept' and 'reject'.
    """
    from tagwright_plugins.cli.review import paging  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.review import session as reviewing  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.selecting import Selected  # noqa: PLC0415 - as above

    where = reviewing.Where(taxonomy, config, state)
    if undo is not None:
        return reviewing.take_back(where, undo)
    days = {
        "taken_from": taken_from.date() if taken_from else None,
        "taken_to": taken_to.date() if taken_to else None,
    }
    chosen = Selected(paths, **selected, **days)  # type: ignore[arg-type]  # click made them so
    if terminal or not paging.is_there():
        return reviewing.run(where, chosen)
    address = paging.Address(host, port, opens=opens, new_token=new_token)
    return paging.run(where, chosen, address)
