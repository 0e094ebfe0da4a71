"""``tagwright doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="Check that everything needed is there and works.")
@click.option("--tagger", "taggers", multiple=True, metavar="SPEC", help="Check this tagger too.")
@click.option(
    "--canary",
    is_flag=True,
    help="Set a tag on the newest photo in Immich, look for it, take it away again.",
)
@json_option
@configured
def doctor(
    *,
    taggers: tuple[str, ...],
    canary: bool,
    as_json: bool,
    config: Path | None,
    state: Path | None,
) -> int:
    """Check that everything needed is there and works.

    Vision models are shown a small made-up picture: one that answers without
    having looked is refused. For a paid model that is one small request.
    """
    from tagwright_plugins.cli.doctor.run import examine  # noqa: PLC0415 - keeps --help quick

    return examine(taggers, canary=canary, config=config, state=state, as_json=as_json)
