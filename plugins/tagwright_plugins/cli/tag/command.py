"""``tagwright tag``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import Command, asking_options, configured, json_option

_OPTIONS = (
    click.option("--dry-run", is_flag=True, help="Show the exact changes and touch no photo."),
    click.option("--explain", is_flag=True, help="Say for each photo what was seen and why."),
    json_option,
    asking_options,
    click.option("--force", is_flag=True, help="Also take photos that are done or were set aside."),
    click.option(
        "--reask",
        is_flag=True,
        help="Ask vision models again about photos that they saw under an earlier vocabulary.",
    ),
    click.option(
        "--budget",
        metavar="USD|none",
        help="Most that this run may spend (default: 5.00). It ends before it would spend more.",
    ),
    click.option("--estimate", is_flag=True, help="Say what it would cost, and do nothing."),
    click.option(
        "--no-bursts",
        is_flag=True,
        help="Ask about each frame of a burst, where others would share one answer.",
    ),
    click.option(
        "--batch",
        is_flag=True,
        help="Ask in batches: half the price, answers within a day (OpenAI, Anthropic).",
    ),
    click.option(
        "--report",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE.html",
        help="Write a contact sheet with the pictures and their tags.",
    ),
)


def tagging_options(command: Command) -> Command:
    """Add the options of every command that tags photos."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command(short_help="Tag photos in files and folders.")
@click.argument(
    "paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@tagging_options
@configured
def tag(paths: tuple[Path, ...], **options: object) -> int:
    """Tag photos in files and folders, recursively.

    A second run does nothing and costs nothing. Ctrl-C finishes what is in
    hand; run the same command again to go on. 'tagwright undo --run last'
    takes everything back.
    """
    from tagwright_plugins.cli.tag.run import TagOptions, run  # noqa: PLC0415 - keeps --help quick

    return run(paths, TagOptions(**options))  # type: ignore[arg-type]  # click made them so
