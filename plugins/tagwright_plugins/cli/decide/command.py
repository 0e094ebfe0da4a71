"""``tagwright accept`` and ``tagwright reject``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tagwright_plugins.cli.options import configured, json_option

_SHARE = click.FloatRange(0.0, 1.0)
_SHARED = (
    click.argument("concept"),
    click.argument("paths", nargs=-1, metavar="[PATH...]", type=click.Path(path_type=Path)),
    click.option("--min", "least", type=_SHARE, default=0.0, help="Only from this confidence."),
    click.option("--max", "most", type=_SHARE, default=1.0, help="Only up to this confidence."),
    click.option("--tagger", metavar="SPEC", help="Only what this tagger suggests."),
    click.option("--all", "everywhere", is_flag=True, help="On all photos that wait."),
    click.option("--dry-run", is_flag=True, help="List the photos, and decide nothing."),
    json_option,
    click.option("--taxonomy", metavar="FILE|NAME", help="Your vocabulary (default: family)."),
)


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what both commands share."""
    for decorate in reversed(_SHARED):
        command = decorate(command)
    return command


@click.command(short_help="Accept what is suggested for photos.")
@_options
@configured
def accept(**options: object) -> int:
    """Accept a concept that waits for review, on photos and in folders.

    It becomes a tag there, which no later run takes away. 'tagwright review
    --undo last' takes the decision back.
    """
    return _run("accept", options)


@click.command(short_help="Reject what is suggested for photos.")
@_options
@configured
def reject(**options: object) -> int:
    """Reject a concept that waits for review, on photos and in folders.

    It never comes back there, whatever tagger or model says it. 'tagwright
    review --undo last' takes the decision back.
    """
    return _run("reject", options)


def _run(choice: str, options: dict[str, object]) -> int:
    from tagwright_plugins.cli.decide import run as answering  # noqa: PLC0415 - keeps --help quick

    return answering.run(choice, answering.AnswerOptions(**options))  # type: ignore[arg-type]  # click made them so
