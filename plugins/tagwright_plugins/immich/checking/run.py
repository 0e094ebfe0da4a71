"""What ``tagwright immich check`` prints."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from dataclasses import asdict
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.configuration.immich import AccountSection
from tagwright_plugins.immich.accounts import accounts_of
from tagwright_plugins.immich.checking.canary import prove
from tagwright_plugins.immich.checking.examining import SHOWN, examine
from tagwright_plugins.immich.checking.findings import Finding, Status

_MARKS: dict[Status, tuple[str, str]] = {
    "ok": ("ok", "green"),
    "failed": ("FAILED", "red"),
    "note": ("note", "yellow"),
}


def run(
    named: str | None, *, canary: bool, config: Path | None, state: Path | None, as_json: bool
) -> int:
    """Look, print what was found and return the exit code."""
    configuration, _ = load(config, {"state": state})

    async def look() -> int:
        worst, seen = 0, set[Status]()
        for account in accounts_of(configuration, named):
            async for finding in look_at(configuration, account, canary=canary):
                _print(finding, as_json=as_json)
                worst = max(worst, finding.exit_code)
                seen.add(finding.status)
        if not as_json:
            click.echo(_verdict(seen))
        return worst

    return asyncio.run(look())


async def look_at(
    configuration: Configuration, account: AccountSection, *, canary: bool
) -> AsyncIterator[Finding]:
    """Yield all that is found about an account; a canary only where nothing is in its way."""
    well = True
    async for finding in examine(configuration, account):
        well = well and (finding.status != "failed" or finding.what == SHOWN)
        yield finding
    if canary and well:
        async for finding in prove(configuration, account):
            yield finding


def _verdict(seen: Collection[Status]) -> str:
    if "failed" in seen:
        return "Photos cannot be tagged as they should: see what FAILED."
    if "note" in seen:
        return (
            "Nothing keeps photos from being tagged: what is noted is not needed for that. What a"
            " key may do is set in Immich: Account Settings > API Keys."
        )
    return "Nothing keeps photos from being tagged."


def _print(finding: Finding, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(asdict(finding), ensure_ascii=False))
        return
    mark, colour = _MARKS[finding.status]
    said = f"{finding.account}: {finding.what}: {finding.said}"
    click.echo(f"{click.style(f'{mark:<8}', fg=colour)}{said}")
