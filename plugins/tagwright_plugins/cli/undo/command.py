"""``tagwright undo``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="Take back what was written.")
@click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=Path))
@click.option("--run", "run_name", metavar="ID|last", help="What this run wrote.")
@click.option(
    "--concept",
    "concepts",
    multiple=True,
    metavar="NAME",
    help="Tags of this concept and all below it: id, label or path. Repeatable.",
)
@click.option(
    "--tagger",
    "taggers",
    multiple=True,
    metavar="NAME",
    help="Tags by this tagger or model, such as ollama or llava. Repeatable.",
)
@click.option("--day", metavar="DAY", help="What was written on this day: 2026-11-25.")
@click.option("--since", metavar="TIME", help="What was written since: a day, or 2026-11-25T14:30.")
@click.option("--until", metavar="TIME", help="What was written until then; a day is included.")
@click.option("--dry-run", is_flag=True, help="Show exactly what would be taken back.")
@click.option("--yes", is_flag=True, help="Take it back without asking.")
@click.option("--taxonomy", metavar="FILE|NAME", help="Your vocabulary, for --concept.")
@json_option
@configured
def undo(paths: tuple[Path, ...], **options: object) -> int:
    """Take back what was written, exactly.

    All that you give must hold: a run, concepts, taggers, a time, photos and
    folders. Says how much it is and asks first; in scripts, --yes does it
    (--run alone needs none). What people changed since stays. Interrupted, it
    goes on when it is run again. An undo is a run, too: give its ID, and the
    tags come back.
    """
    from tagwright_plugins.cli.undo.run import UndoOptions, run  # noqa: PLC0415 - keeps --help quick

    return run(paths, UndoOptions(**options))  # type: ignore[arg-type]  # click made them so
