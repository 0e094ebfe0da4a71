"""``tagwright sent``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option

_FORMS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


@click.command(short_help="List every picture that left this machine; prove what went.")
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=Path))
@click.option("--since", type=click.DateTime(_FORMS), help="From this day or time on (local).")
@click.option("--host", default="", help="Only what went there, as in api.openai.com.")
@click.option("--verify", is_flag=True, help="Make the pictures of PATH again and compare them.")
@json_option
@configured
def sent(paths: tuple[Path, ...], since: datetime | None, **options: object) -> int:
    """List every picture that left this machine, the oldest first.

    When and to which host, of which photo, size and SHA-256 of the very bytes,
    which facts went beside it, and what came of it. Each is noted before it
    goes, and stays noted whatever is undone. With --verify, pictures are made
    again as they were then: equal digests prove that nothing else went.
    """
    from tagwright_plugins.cli.sent.run import (  # noqa: PLC0415 - keeps --help quick
        SentOptions,
        run,
    )

    begin = 0.0 if since is None else since.astimezone().timestamp()
    return run(paths, SentOptions(since=begin, **options))  # type: ignore[arg-type]  # click made them so
