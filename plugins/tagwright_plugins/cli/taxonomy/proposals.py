"""``tagwright taxonomy proposals``: what taggers say and your vocabulary does not have."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option

_taxonomy_option = click.option(
    "--taxonomy", metavar="FILE|NAME", help="Your vocabulary (default: family)."
)


@click.group(
    "proposals",
    invoke_without_command=True,
    short_help="List, adopt or ignore labels that no concept covers.",
)
@click.option(
    "--fewest", type=click.IntRange(1), default=1, metavar="N", help="On N photos or more."
)
@click.option(
    "--limit", type=click.IntRange(1), default=30, show_default=True, help="Labels shown."
)
@click.option("--ignored", is_flag=True, help="Show those that you chose to ignore.")
@_taxonomy_option
@json_option
@click.pass_context
@configured
def proposals(
    ctx: click.Context,
    *,
    fewest: int,
    limit: int,
    ignored: bool,
    taxonomy: str | None,
    as_json: bool,
    config: Path | None,
    state: Path | None,
) -> int | None:
    """List labels that taggers said and no concept of yours covers.

    Those on most photos come first, with examples and concepts that look like
    them. 'adopt' makes one a concept or another word for one, 'ignore' hides
    it. Nothing is asked of any tagger.
    """
    if ctx.invoked_subcommand is not None:
        return None
    from tagwright_plugins.cli.taxonomy import proposing  # noqa: PLC0415 - keeps --help quick

    where = proposing.Where(taxonomy, config, state)
    return proposing.show(where, fewest, limit, ignored=ignored, as_json=as_json)


@proposals.command(short_help="Make labels a concept, or other words for one.")
@click.argument("labels", nargs=-1, required=True, metavar="LABEL...")
@click.option("--into", metavar="CONCEPT", help="Make them other words for this concept.")
@click.option("--under", metavar="CONCEPT", help="Make the first a new concept below this one.")
@click.option("--top", is_flag=True, help="Make the first a new concept at the top.")
@click.option("--language", metavar="TAG", help="Of the labels (default: the taxonomy's).")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Change photos without asking.")
@click.option("--no-remap", is_flag=True, help="Change the vocabulary only, not the photos.")
@_taxonomy_option
@configured
def adopt(labels: tuple[str, ...], **options: object) -> int:
    """Make labels part of your vocabulary, then judge the photos anew that have them.

    With --into they become other words ('also') for a concept that you have.
    With --under or --top the first becomes a concept, and the others become
    other words for it: so several labels are merged. Your file is edited in
    place; nothing else in it changes.
    """
    from tagwright_plugins.cli.taxonomy import adopting  # noqa: PLC0415 - keeps --help quick

    return adopting.run(labels, adopting.AdoptOptions(**options))  # type: ignore[arg-type]  # click made them so


@proposals.command(short_help="Propose labels no more.")
@click.argument("labels", nargs=-1, required=True, metavar="LABEL...")
@click.option("--undo", is_flag=True, help="Propose them again.")
@configured
def ignore(labels: tuple[str, ...], *, undo: bool, config: Path | None, state: Path | None) -> int:
    """Propose labels no more, however they are spelt."""
    from tagwright_plugins.cli.taxonomy import proposing  # noqa: PLC0415 - keeps --help quick

    return proposing.ignore(labels, proposing.Where(None, config, state), undo=undo)
