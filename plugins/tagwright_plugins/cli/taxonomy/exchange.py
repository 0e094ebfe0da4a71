"""``tagwright taxonomy import`` and ``tagwright taxonomy export``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from tagwright_plugins.cli.options import configured

FORMATS = "yaml, csv, lightroom, skos-turtle, skos-xml, skos-json"
from_option = click.option(
    "--from", "name", metavar="FORMAT", help=f"Format, if the suffix does not tell: {FORMATS}."
)
_force_option = click.option("--force", is_flag=True, help="Replace the file if it is there.")
_dry_run_option = click.option("--dry-run", is_flag=True, help="Say all, write nothing.")


@click.command("import", short_help="Turn another program's vocabulary into a YAML file.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "-o", "--output", default="-", metavar="FILE", help="Where to; - is the terminal (default)."
)
@from_option
@click.option("--language", metavar="TAG", help="Language of paths, and of words that have none.")
@click.option(
    "--at-least",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Leave out keywords on fewer photos.",
)
@click.option("--ours", is_flag=True, help="Take keywords too that Tagwright wrote to photos.")
@_force_option
@_dry_run_option
@configured
def import_(
    *,
    sources: tuple[str, ...],
    output: str,
    name: str | None,
    language: str | None,
    at_least: int,
    ours: bool,
    force: bool,
    dry_run: bool,
    config: Path | None,
    state: Path | None,  # noqa: ARG001 - every command has it
) -> int:
    """Turn a vocabulary of another program into a YAML file.

    SOURCE is a file: a table (CSV), a keyword list of Lightroom or Bridge, or
    SKOS. Or it is a photo tool: "digikam:" or "digikam:FOLDER" for digiKam's
    tags, "immich:http://SERVER" for those of an Immich account (with a key in
    IMMICH_API_KEY), "immich:" or "immich:ACCOUNT" for one that the
    configuration names, "photos:FOLDER" for the keywords that are in your photos.

    What photo tools could not hold is changed as little as possible, and said;
    what cannot be read is refused, and nothing is written.
    """
    from tagwright_adapters.vocabularies import render  # noqa: PLC0415 - keeps --help quick
    from tagwright_adapters.vocabularies.counting import (  # noqa: PLC0415 - keeps --help quick
        dump_counted,
    )
    from tagwright_plugins.cli import saving  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.progress import Progress  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.taxonomy import vocabularies  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.taxonomy.sources import (  # noqa: PLC0415 - keeps --help quick
        SourceOptions,
    )

    saving.check_target(output, force=force)
    tag = vocabularies.language_tag(language)
    with Progress(sys.stderr, quiet=False) as bar:
        options = SourceOptions(tag or "en", at_least, ours, bar.told("Reading"), config)
        found = vocabularies.from_sources(sources, name, tag, options)
    rendered = render(found.taxonomy, Path(output), "yaml")
    _warn(str(problem) for problem in found.warnings)
    _warn(f"lost: {loss}." for loss in rendered.losses)
    if not dry_run:
        saving.save(dump_counted(found) if found.photos else rendered.text, output)
    _conclude(f"{found.taxonomy.name}: {len(found.taxonomy):,} concepts", output, dry_run=dry_run)
    return 0


@click.command(short_help="Write a vocabulary for other programs.")
@click.argument("source", metavar="FILE|NAME")
@click.option("-o", "--output", required=True, metavar="OUT", help="Where to; - is the terminal.")
@click.option(
    "--to", metavar="FORMAT", help=f"Format, if the suffix of OUT does not tell: {FORMATS}."
)
@from_option
@click.option("--language", metavar="TAG", help="Language of a keyword list, which has but one.")
@_force_option
@_dry_run_option
@configured
def export(
    *,
    source: str,
    output: str,
    to: str | None,
    name: str | None,
    language: str | None,
    force: bool,
    dry_run: bool,
    config: Path | None,  # noqa: ARG001 - every command has it
    state: Path | None,  # noqa: ARG001 - every command has it
) -> int:
    """Write a vocabulary, or a sample by its name, in a format of other programs.

    What the format has no place for is said.
    """
    from tagwright_adapters.vocabularies import render  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli import saving  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.taxonomy import vocabularies  # noqa: PLC0415 - keeps --help quick

    saving.check_target(output, force=force)
    tag = vocabularies.language_tag(language)
    taxonomy = vocabularies.from_name(source, name).taxonomy
    rendered = render(taxonomy, Path(output), to, language=tag)
    _warn(f"lost: {loss}." for loss in rendered.losses)
    if not dry_run:
        saving.save(rendered.text, output)
    _conclude(f"{taxonomy.name}: {len(taxonomy):,} concepts", output, dry_run=dry_run)
    return 0


def _warn(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(f"warning: {line}", err=True)


def _conclude(what: str, output: str, *, dry_run: bool) -> None:
    where = "nothing written" if dry_run else "" if output == "-" else f"written to {output}"
    click.echo(f"{what}, {where}" if where else what, err=True)
