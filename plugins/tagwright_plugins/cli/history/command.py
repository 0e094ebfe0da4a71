"""``tagwright history``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option


@click.command(short_help="Show everything that ever happened to a photo.")
@click.argument("photo", type=click.Path(path_type=Path))
@json_option
@configured
def history(photo: Path, as_json: bool, config: Path | None, state: Path | None) -> int:
    """Show everything that ever happened to a photo, in the order of time.

    When it was seen, who was asked and at what price, what was said and
    decided and why, what was written, taken back, deleted by people or
    failed. The photo may have been renamed since, or be gone.
    """
    from tagwright_plugins.cli.history.run import tell  # noqa: PLC0415 - keeps --help quick

    return tell(photo, as_json=as_json, config=config, state=state)
