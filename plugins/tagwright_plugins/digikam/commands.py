"""``tagwright digikam``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option
from tagwright_plugins.cli.tag.command import tagging_options
from tagwright_plugins.cli.taxonomy.exchange import import_
from tagwright_plugins.digikam.installing.commands import COMMANDS

database_option = click.option(
    "--database",
    "place",
    metavar="PLACE",
    type=click.Path(path_type=Path),
    help="digikamrc, digiKam's database or the folder of either (default: where digiKam has them).",
)


@click.group(short_help="Work together with digiKam.")
def digikam() -> None:
    """Work together with digiKam, whose database is read and never written."""


@digikam.command(short_help="Say which settings keep keywords from flowing.")
@database_option
@json_option
@configured
def check(*, place: Path | None, as_json: bool, config: Path | None, state: Path | None) -> int:
    """Say which settings of digiKam keep keywords from flowing, and how to change them.

    Nothing is changed. Exit code 0: keywords flow both ways; 1: something
    keeps them from it; 3: there is no digiKam.
    """
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.digikam.checking import run  # noqa: PLC0415 - keeps --help quick

    configuration, _ = load(config, {"state": state})
    return run(configuration, place, as_json=as_json)


@digikam.command("import-taxonomy", short_help="Turn your digiKam tags into a vocabulary file.")
@click.argument("file", metavar="[FILE]", default="-")
@database_option
@click.option("--language", metavar="TAG", help="Language of the tags (default: en).")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.option("--dry-run", is_flag=True, help="Say all, write nothing.")
@configured
@click.pass_context
def import_taxonomy(
    context: click.Context,
    *,
    file: str,
    place: Path | None,
    language: str | None,
    force: bool,
    dry_run: bool,
    config: Path | None,  # noqa: ARG001 - every command has it
    state: Path | None,  # noqa: ARG001 - every command has it
) -> None:
    """Turn your digiKam tags into a vocabulary file, or print it.

    People and digiKam's internal tags are left out. Without a file of its own,
    'taxonomy = "digikam:"' in tagwright.toml lets every run read the tags anew.
    """
    sources = (f"digikam:{place or ''}",)
    context.invoke(
        import_, sources=sources, output=file, language=language, force=force, dry_run=dry_run
    )


@digikam.command(short_help="Tag the photos in digiKam's collections.")
@database_option
@click.option("--scan", is_flag=True, help="Then ask a running digiKam to look for changes.")
@tagging_options
@configured
def sync(*, place: Path | None, scan: bool, **options: object) -> int:
    """Tag the photos in digiKam's collections, in the tags that you have there.

    Keywords are written where digiKam is set to write them, and with them the
    tags that only its database has and that it would lose. A tag that you
    delete in digiKam is a rejection. Photos that are done cost nothing.
    """
    from tagwright_plugins.cli.tag.run import TagOptions  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.digikam.syncing import run  # noqa: PLC0415 - keeps --help quick

    return run(place, TagOptions(**options), scan=scan)  # type: ignore[arg-type]  # click made them so


for command in COMMANDS:
    digikam.add_command(command)
