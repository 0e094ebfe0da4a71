"""What ``tagwright immich install`` and ``uninstall`` do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from tagwright.configuration import Configuration, load
from tagwright.errors import ConfigurationError
from tagwright_adapters.immich.account import TO_BE_TOLD, TO_TAKE_AWAY
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichSetupError
from tagwright_adapters.immich.models import Version, Workflow
from tagwright_adapters.immich.workflows import WEBHOOK, WITH_WORKFLOWS, Webhook
from tagwright_plugins.immich.accounts import accounts_of, make_client
from tagwright_plugins.immich.installing.addresses import doubts, hook_url
from tagwright_plugins.immich.installing.keeping import stored_secret, webhook_secret
from tagwright_plugins.immich.installing.workflows import (
    TRIGGERS,
    Change,
    Doing,
    called,
    carry_out,
    to_install,
    to_uninstall,
)
from tagwright_plugins.immich.receiving.hooks import HEADER


@dataclass(frozen=True, slots=True)
class InstallOptions:
    """The options of both commands, as click gives them."""

    config: Path | None
    state: Path | None
    account: str | None
    dry_run: bool
    url: str | None = None

    def configuration(self) -> Configuration:
        """Return the configuration with these options laid over it."""
        configuration, _ = load(self.config, {"state": self.state})
        return configuration


def install(options: InstallOptions) -> int:
    """Have Immich call us and return the exit code."""
    configuration = options.configuration()
    if configuration.immich.listen == "none":
        message = 'nothing would receive what Immich announces: immich.listen is "none".'
        raise ConfigurationError(message, cure='Set it to an address: "0.0.0.0:8485".')

    async def do(client: ImmichClient, account: str, version: Version) -> None:
        if version.major < WITH_WORKFLOWS:
            _polled(account, version, configuration)
            return
        await client.account.require(TO_BE_TOLD)
        found = await client.workflows.all()
        offered = await _offered(client, version, configuration)
        hook = _hook(configuration, account, found, options)
        changes = list(to_install(found, account, hook, offered))
        await _carry_out(client, account, changes, hook, dry_run=options.dry_run)
        for doubt in doubts(hook.url, configuration.immich.listen):
            click.echo(f"Note: {doubt}", err=True)

    asyncio.run(_each(configuration, options.account, do))
    return 0


def uninstall(options: InstallOptions) -> int:
    """Have Immich call us no more and return the exit code."""
    configuration = options.configuration()

    async def do(client: ImmichClient, account: str, version: Version) -> None:
        changes: list[Change] = []
        if version.major >= WITH_WORKFLOWS:
            await client.account.require(TO_TAKE_AWAY)
            changes += to_uninstall(await client.workflows.all(), account)
        await _carry_out(client, account, changes, None, dry_run=options.dry_run)
        if not changes:
            click.echo(f"{account}: there is no workflow of ours.")

    asyncio.run(_each(configuration, options.account, do))
    return 0


async def _each(
    configuration: Configuration,
    named: str | None,
    do: Callable[[ImmichClient, str, Version], Awaitable[None]],
) -> None:
    for account in accounts_of(configuration, named):
        client = make_client(configuration, account)
        try:
            await do(client, account.name, await client.account.version())
        finally:
            await client.aclose()


def _hook(
    configuration: Configuration,
    account: str,
    found: Sequence[Workflow],
    options: InstallOptions,
) -> Webhook:
    written = options.url or called(found, account)
    if written is None:
        raise ConfigurationError(
            "where Immich reaches Tagwright is not known.",
            cure="Name it with --url, as Immich sees it: --url http://tagwright:8485 where both"
            " run in containers of one network.",
        )
    url = hook_url(written, account)
    if options.dry_run:  # leaves no file behind
        secret = stored_secret(configuration.state, account) or ""
    else:
        secret = webhook_secret(configuration.state, account)
    return Webhook(url=url, header_name=HEADER, header_value=secret)


async def _offered(
    client: ImmichClient, version: Version, configuration: Configuration
) -> frozenset[str]:
    offered = await client.workflows.triggers()
    if not offered & set(TRIGGERS) or WEBHOOK not in await client.workflows.methods():
        raise ImmichSetupError(
            f"this Immich {version} has no workflows that call an address when photos come.",
            cure=f"Tagwright looks every {configuration.immich.poll:g} s by itself.",
        )
    return offered


async def _carry_out(
    client: ImmichClient,
    account: str,
    changes: Sequence[Change],
    hook: Webhook | None,
    *,
    dry_run: bool,
) -> None:
    for change in changes:
        if not dry_run:
            await carry_out(client, change, hook)
        said = (
            f"would be {change.doing}" if dry_run and change.doing != Doing.KEEP else change.doing
        )
        click.echo(f"{account}: workflow “{change.name}”: {said}.")


def _polled(account: str, version: Version, configuration: Configuration) -> None:
    click.echo(
        f"{account}: Immich {version} cannot announce new photos, as 3.0 and later do."
        f" Tagwright looks every {configuration.immich.poll:g} s by itself; nothing is to be done."
    )
