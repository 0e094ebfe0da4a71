"""``tagwright taxonomy``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured
from tagwright_plugins.cli.taxonomy.exchange import export, from_option, import_
from tagwright_plugins.cli.taxonomy.mapping import map_
from tagwright_plugins.cli.taxonomy.proposals import proposals


@click.group(short_help="Look at, check, import and export vocabularies.")
def taxonomy() -> None:
    """Look at, check, import and export vocabularies."""


for command in (import_, export, map_, proposals):
    taxonomy.add_command(command)


@taxonomy.command(short_help="Print the concepts as a tree.")
@click.argument("source", metavar="FILE|NAME", default="family")
@from_option
@configured
def show(source: str, name: str | None, config: Path | None, state: Path | None) -> int:
    """Print the concepts of a file, or of a sample taxonomy, as a tree."""
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli import assembly  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.taxonomy import vocabularies  # noqa: PLC0415 - keeps --help quick

    configuration, _ = load(config, {"state": state})
    read = vocabularies.from_name(source, name).taxonomy
    loaded = assembly.in_language(read, configuration.language)
    for concept in loaded:
        depth = len(loaded.lineage(concept.id)) - 1
        also = [label for labels in concept.alternatives.values() for label in labels]
        click.echo(
            "  " * depth + loaded.label(concept.id) + (f"  ({', '.join(also)})" if also else "")
        )
    return 0


@taxonomy.command("check", short_help="Find mistakes, with line and cure.")
@click.argument("source", metavar="FILE|NAME", default="family")
@from_option
@configured
def check_(
    source: str,
    name: str | None,
    config: Path | None,  # noqa: ARG001 - every command has it
    state: Path | None,  # noqa: ARG001 - every command has it
) -> int:
    """Find mistakes in a vocabulary, each with its line and what to do.

    Errors keep it from being used (exit code 2); warnings are worth a look.
    """
    from tagwright.taxonomy import Severity  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.taxonomy import vocabularies  # noqa: PLC0415 - keeps --help quick

    found, problems = vocabularies.all_problems(source, name)
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}")
    if found is not None:
        warnings = sum(problem.severity is Severity.WARNING for problem in problems)
        read = found.taxonomy
        click.echo(f"{read.name}: {len(read)} concepts, {warnings} warnings")
        return 0
    if vocabularies.is_foreign(source, name):
        click.echo(f"'tagwright taxonomy import {source} -o mine.yaml' mends much of this.")
    return 2
