"""``tagwright batches``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.group(
    short_help="List batches at services; cancel them.",
    invoke_without_command=True,
)
@click.pass_context
@json_option
@configured
def batches(
    context: click.Context, as_json: bool, config: Path | None, state: Path | None
) -> int | None:
    """List batches, and ask services how far they are.

    Their answers are collected by 'tagwright tag --batch'.
    """
    if context.invoked_subcommand is not None:
        return None
    from tagwright_plugins.cli.batches.listing import show  # noqa: PLC0415 - keeps --help quick

    return show(config, state, as_json=as_json)


@batches.command(short_help="Cancel a batch, or all.")
@click.argument("which", metavar="ID|all")
@configured
def cancel(which: str, config: Path | None, state: Path | None) -> int:
    """Cancel a batch by its number, or all.

    What was answered before is paid, and still collected. The other photos
    are free again.
    """
    from tagwright_plugins.cli.batches.listing import cancel as run  # noqa: PLC0415 - as above

    return run(config, state, which)
