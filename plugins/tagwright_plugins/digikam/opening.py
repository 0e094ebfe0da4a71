"""What "Tag with Tagwright" does among the programs that photos are opened with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tagwright.errors import ConfigurationError, TagwrightError
from tagwright_adapters.digikam import bus
from tagwright_plugins.cli.wording import many, printable
from tagwright_plugins.digikam.resident.client import ask
from tagwright_plugins.digikam.resident.protocol import Outcome


def run(state: Path, photos: Sequence[Path], command: Sequence[str]) -> int:
    """Tag photos, however long it takes; tell what became of them here and on the desktop."""
    try:
        if not photos:
            raise ConfigurationError("no photos were named.", cure="Select some, then Open With.")
        done = list(ask(state, [photo.absolute() for photo in photos], command))
    except TagwrightError as exc:
        bus.notify("Tagwright: nothing was tagged", str(exc))
        raise
    failed = [one for one in done if not one.done]
    for one in failed:
        click.echo(f"failed: {printable(_reason(one), 500)}", err=True)
    said = f"{many(len(done) - len(failed), 'photo')} done"
    if failed:
        said += f", {len(failed)} failed. {_reason(failed[0])}"
    bus.notify("Tagwright", said)
    click.echo(printable(said, 500))
    return 1 if failed else 0


def _reason(outcome: Outcome) -> str:
    return outcome.said if outcome.photo in outcome.said else f"{outcome.photo}: {outcome.said}"
