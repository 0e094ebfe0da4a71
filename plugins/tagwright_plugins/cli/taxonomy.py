"""``tagwright taxonomy``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured
from tagwright_plugins.cli.taxonomy_map import map_


@click.group(short_help="Look at and check vocabularies.")
def taxonomy() -> None:
    """Look at and check vocabularies."""


taxonomy.add_command(map_)


@taxonomy.command(short_help="Print the concepts as a tree.")
@click.argument("source", metavar="FILE|NAME", default="family")
@configured
def show(source: str, config: Path | None, state: Path | None) -> int:
    """Print the concepts of a file, or of a sample taxonomy, as a tree."""
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.assembly import make_taxonomy  # noqa: PLC0415 - keeps --help quick

    configuration, _ = load(config, {"state": state, "taxonomy": source})
    loaded = make_taxonomy(configuration)
    for concept in loaded:
        depth = len(loaded.lineage(concept.id)) - 1
        also = [label for labels in concept.alternatives.values() for label in labels]
        click.echo(
            "  " * depth + loaded.label(concept.id) + (f"  ({', '.join(also)})" if also else "")
        )
    return 0


@taxonomy.command("check", short_help="Find mistakes, with line and cure.")
@click.argument("source", metavar="FILE|NAME", default="family")
@configured
def check_(source: str, config: Path | None, state: Path | None) -> int:
    """Find mistakes in a taxonomy file, each with its line and what to do.

    Errors keep it from being used (exit code 2); warnings are worth a look.
    """
    from tagwright.configuration import load  # noqa: PLC0415 - keeps --help quick
    from tagwright.taxonomy import Severity, check  # noqa: PLC0415 - keeps --help quick
    from tagwright_plugins.cli.assembly import (  # noqa: PLC0415 - keeps --help quick
        is_sample,
        make_taxonomy,
    )

    configuration, _ = load(config, {"state": state, "taxonomy": source})
    named = make_taxonomy(configuration) if is_sample(configuration) else configuration.taxonomy
    problems = check(named)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}")
    if not errors:
        loaded = make_taxonomy(configuration)
        click.echo(f"{loaded.name}: {len(loaded)} concepts, {len(problems)} warnings")
    return 2 if errors else 0
