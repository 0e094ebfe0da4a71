"""What ``tagwright taxonomy proposals adopt`` does."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError
from tagwright.proposals import spellings
from tagwright.state import Database
from tagwright.taxonomy import Taxonomy
from tagwright.taxonomy.decoding import read_text, source_name
from tagwright.taxonomy.editing import add_alternatives
from tagwright.taxonomy.naming import Names
from tagwright_plugins.cli import saving
from tagwright_plugins.cli.remap import run as remapping
from tagwright_plugins.cli.taxonomy import vocabularies
from tagwright_plugins.cli.taxonomy.vocabulary_file import grown, own_file, parsed
from tagwright_plugins.cli.wording import printable


@dataclass(frozen=True, slots=True)
class AdoptOptions:
    """The options of the command, as click gives them."""

    into: str | None
    under: str | None
    top: bool
    language: str | None
    dry_run: bool
    yes: bool
    no_remap: bool
    taxonomy: str | None
    config: Path | None
    state: Path | None


def run(labels: Sequence[str], options: AdoptOptions) -> int:
    """Edit the vocabulary, judge the photos anew that it touches, and return the exit code."""
    if sum((options.into is not None, options.under is not None, options.top)) != 1:
        msg = "where the label belongs is not said, or said twice."
        cure = "Give one of --into CONCEPT, --under CONCEPT and --top."
        raise ConfigurationError(msg, cure=cure)
    configuration, _ = load(options.config, {"state": options.state, "taxonomy": options.taxonomy})
    path = own_file(configuration)
    before = read_text(path)
    after = _edited(before, path, labels, options)
    for line in _difference(before, after):
        click.echo(line)
    if not options.dry_run:
        saving.save(after, str(path))
        click.echo(f"Written to {source_name(path)}.")
    if options.no_remap:
        return 0
    return _remap(configuration, parsed(after, path), labels, options)


def _edited(text: str, path: Path, labels: Sequence[str], options: AdoptOptions) -> str:
    names = Names(parsed(text, path))
    tag = vocabularies.language_tag(options.language)
    if options.into is not None:
        concept = names.concept(options.into)
        return add_alternatives(text, concept, labels, language=tag)
    first, *others = labels
    broader = None if options.under is None else names.concept(options.under)
    after, new = grown(text, path, first, broader)
    return add_alternatives(after, new, others, language=tag)


def _difference(before: str, after: str) -> Iterator[str]:
    if before == after:
        yield "The vocabulary has these words already."
        return
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[0] in "+-":
            yield printable(line, 300)


def _remap(
    configuration: Configuration,
    taxonomy: Taxonomy,
    labels: Sequence[str],
    options: AdoptOptions,
) -> int:
    database = Database(configuration.state / "tagwright.db")
    try:
        with database.begin() as connection:
            said = spellings(connection, labels)
    finally:
        database.close()
    if not said:
        click.echo("No photo has these labels yet.")
        return 0
    return remapping.judge_anew(
        configuration,
        taxonomy,
        labels=said,
        manner=remapping.Manner(dry_run=options.dry_run, yes=options.yes),
    )
