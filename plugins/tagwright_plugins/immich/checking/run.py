"""What ``tagwright immich check`` prints."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import click

from tagwright.configuration import load
from tagwright_plugins.immich.accounts import accounts_of
from tagwright_plugins.immich.checking.examining import Finding, Status, examine

_MARKS: dict[Status, tuple[str, str]] = {
    "ok": ("ok", "green"),
    "failed": ("FAILED", "red"),
    "note": ("note", "yellow"),
}


def run(named: str | None, *, config: Path | None, state: Path | None, as_json: bool) -> int:
    """Look, print what was found and return the exit code."""
    configuration, _ = load(config, {"state": state})

    async def look() -> int:
        worst = 0
        for account in accounts_of(configuration, named):
            async for finding in examine(configuration, account):
                _print(finding, as_json=as_json)
                worst = max(worst, finding.exit_code)
        return worst

    return asyncio.run(look())


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(finding), ensure_ascii=False))
        return
    mark, colour = _MARKS[finding.status]
    said = f"{finding.account}: {finding.what}: {finding.said}"
    click.echo(f"{click.style(f'{mark:<8}', fg=colour)}{said}")
