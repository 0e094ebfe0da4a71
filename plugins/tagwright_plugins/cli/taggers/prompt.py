"""``tagwright taggers prompt``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="Show exactly what a vision model would be sent of a photo.")
@click.argument("photo", metavar="PHOTO", type=click.Path(path_type=Path))
@click.option("--profile", metavar="NAME|FILE.toml", help="Business profile (default: yours).")
@click.option(
    "--tagger",
    metavar="SPEC",
    help="For this model (default: your first vision model, else ollama:llama3.2-vision).",
)
@click.option("--taxonomy", metavar="FILE|NAME", help="Your vocabulary (default: yours).")
@json_option
@configured
def prompt(photo: Path, **options: object) -> int:
    """Show exactly what a vision model would be sent of a photo. Sends nothing.

    Instructions, request with the facts that you allow, form of the answer,
    size of the picture; with estimates of tokens and price. Needs no key.
    """
    from tagwright_plugins.cli.taggers.prompting import (  # noqa: PLC0415 - keeps --help quick
        PromptOptions,
        run,
    )

    return run(photo, PromptOptions(**options))  # type: ignore[arg-type]  # click made them so
