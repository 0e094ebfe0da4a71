"""Looking at an account step by step: what holds, what does not, and what that means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from urllib.parse import urlsplit

from tagwright.configuration import Configuration
from tagwright.configuration.immich import AccountSection
from tagwright.errors import ConfigurationError, StateError
from tagwright_adapters.addresses import is_private
from tagwright_adapters.immich.account import (
    EVERYTHING,
    TO_BE_TOLD,
    TO_DESCRIBE,
    TO_GATHER,
    TO_TAG,
    lacking,
)
from tagwright_adapters.immich.address import site
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichError
from tagwright_adapters.immich.models import Version
from tagwright_adapters.immich.workflows import WITH_WORKFLOWS, Webhook
from tagwright_plugins.cli.sites import Site
from tagwright_plugins.immich.accounts import make_client, settings_of
from tagwright_plugins.immich.checking.findings import Finding
from tagwright_plugins.immich.installing.keeping import stored_secret
from tagwright_plugins.immich.installing.workflows import Doing, called, to_install
from tagwright_plugins.immich.receiving.hooks import HEADER

SHOWN = "tags in Immich"
"""Whether they show: what is found about it keeps nothing from being tagged."""

_WRONG = 2
_EXTRAS = {
    "captions": (TO_DESCRIBE, "your rules set some in vain", "no rule sets any"),
    "albums": (TO_GATHER, "your rules name some in vain", "no rule names any"),
    "notes": (
        TO_DESCRIBE,
        "none are kept with photos, from which a lost database is made anew",
        "switched off",
    ),
}
"""What a key need not be allowed: permissions, what it means to go without, why none are wanted."""
_SWITCH = "switch them on in Immich: Account Settings > Features > Tags"


async def examine(configuration: Configuration, account: AccountSection) -> AsyncIterator[Finding]:
    """Yield what is found about an account, up to what keeps us from looking further."""
    try:
        client = make_client(configuration, account)
    except (ConfigurationError, ImmichError) as exc:
        yield Finding(account.name, "configuration", "failed", str(exc), exc.exit_code)
        return
    what = "server"
    try:
        version = await client.account.version()
        yield Finding(account.name, what, "ok", _server(client.address, version))
        yield _transport(account.name, client.address)
        where = await asyncio.to_thread(Site(configuration, account).address)
        yield _links(account.name, client.address, where or "")
        what = "key"
        held = await client.account.permissions()
        here = settings_of(configuration, account)
        for finding in _permissions(account.name, held, here):
            yield finding
        what = SHOWN
        yield await _shown(client, account.name)
        what = "webhook"
        yield await _webhook(client, account.name, version, held, here)
    except (ImmichError, StateError) as exc:
        yield Finding(account.name, what, "failed", str(exc), exc.exit_code)
    finally:
        await client.aclose()


def _server(address: str, version: Version) -> str:
    return f"Immich {version} at {address.removesuffix('/api')}"


def _transport(account: str, address: str) -> Finding:
    parts = urlsplit(address)
    if parts.scheme == "https":
        return Finding(account, "transport", "ok", "TLS, with a certificate that is trusted")
    if is_private(parts.hostname or ""):
        return Finding(account, "transport", "ok", "without TLS, inside your own network")
    said = "without TLS: whoever is on the way can read the key and the photos. Use https://."
    return Finding(account, "transport", "note", said)


def _links(account: str, address: str, where: str) -> Finding:
    said = f"photos are opened at {where}"
    if site(where) == site(address):
        said += "; where browsers know it by another address, set 'public' under [immich]"
    return Finding(account, "links", "ok", said)


def _permissions(
    account: str, held: frozenset[str] | None, here: Configuration
) -> Iterator[Finding]:
    if held is None:
        said = "accepted; this version does not tell what it may do"
        yield Finding(account, "key", "ok", said)
        return
    yield Finding(account, "key", "ok", "accepted")
    missing = lacking(held, TO_TAG)
    said = f"the key lacks {_listed(missing)}: nothing can be tagged" if missing else "allowed"
    code = _WRONG if missing else 0
    yield Finding(account, "tagging", "failed" if missing else "ok", said, code)
    wanted = {
        "captions": any(rule.then.caption for rule in here.rule),
        "albums": any(rule.then.albums for rule in here.rule),
        "notes": here.immich.notes,
    }
    for what, (needed, without, unwanted) in _EXTRAS.items():
        missing = lacking(held, needed)
        if missing and wanted[what]:
            said = f"{without}: the key lacks {_listed(missing)}"
            yield Finding(account, what, "note", said)
        else:
            yield Finding(account, what, "ok", unwanted if missing else "allowed")
    if lacking(held, (EVERYTHING,)):
        said = "not used, nor needed: only a key with the permission 'all' may listen there"
        yield Finding(account, "websocket", "ok", said)
    else:
        yield Finding(account, "websocket", "ok", "used: the key may do everything")


async def _shown(client: ImmichClient, account: str) -> Finding:
    shown = await client.account.shows_tags()
    if shown is None:
        said = (
            "whether they are shown is not known: the key lacks userPreference.read."
            f" If you see none: {_SWITCH}"
        )
        return Finding(account, SHOWN, "note", said)
    if shown:
        return Finding(account, SHOWN, "ok", "shown")
    said = f"not shown: {_SWITCH}"
    return Finding(account, SHOWN, "failed", said, _WRONG)


async def _webhook(
    client: ImmichClient,
    account: str,
    version: Version,
    held: frozenset[str] | None,
    here: Configuration,
) -> Finding:
    looks = f"Tagwright looks for new photos by itself, every {here.immich.poll:g} s"
    if version.major < WITH_WORKFLOWS:
        said = f"comes with Immich 3.0; until then {looks}"
        return Finding(account, "webhook", "note", said)
    if missing := lacking(held, TO_BE_TOLD):
        said = f"cannot be installed: the key lacks {_listed(missing)}; {looks}"
        return Finding(account, "webhook", "note", said)
    found = await client.workflows.all()
    url = called(found, account)
    if url is None:
        said = f"not installed ('tagwright immich install'); {looks}"
        return Finding(account, "webhook", "note", said)
    secret = stored_secret(here.state, account) or ""
    hook = Webhook(url=url, header_name=HEADER, header_value=secret)
    changes = to_install(found, account, hook, await client.workflows.triggers())
    if any(change.doing is not Doing.KEEP for change in changes):
        said = f"not as it was installed ('tagwright immich install' repairs it); {looks}"
        return Finding(account, "webhook", "note", said)
    return Finding(account, "webhook", "ok", f"Immich calls {url}")


def _listed(permissions: Iterable[str]) -> str:
    return ", ".join(permissions)
