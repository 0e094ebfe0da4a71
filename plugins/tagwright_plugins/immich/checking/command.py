"""``tagwright immich check``."""

from __future__ import annotations

from pathlib import Path

import click

from tagwright_plugins.cli.options import configured, json_option
from tagwright_plugins.immich.options import account_option


@click.command(short_help="Check address, key and permissions.")
@account_option
@click.option(
    "--canary", is_flag=True, help="Set a tag on a new photo, look for it, take it away again."
)
@json_option
@configured
def check(
    *,
    account: str | None,
    canary: bool,
    as_json: bool,
    config: Path | None,
    state: Path | None,
) -> int:
    """Check address, key and permissions, and say what is missing for what.

    Nothing is changed, unless a canary is asked for: it proves each step from
    the key to a tag that Immich finds photos by, and leaves all as it was.
    Exit code 0: photos can be tagged; 2: address, key or account keep them
    from it; 3: Immich cannot be reached.
    """
    from tagwright_plugins.immich.checking.run import run  # noqa: PLC0415 - keeps --help quick

    return run(account, canary=canary, config=config, state=state, as_json=as_json)
