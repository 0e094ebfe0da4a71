"""The accounts of Immich that the configuration names."""

from __future__ import annotations

from collections.abc import Sequence

from tagwright.configuration import Configuration, secret
from tagwright.configuration.folders import apply
from tagwright.configuration.immich import AccountSection
from tagwright.errors import ConfigurationError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.collecting import AlbumMemory
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.options import ImmichOptions


def account_of(configuration: Configuration, name: str | None) -> AccountSection:
    """Return the account of a name; without one the only account that there is.

    Raises:
        ConfigurationError: there is none of that name, or the name is needed.
    """
    accounts = {one.name: one for one in configuration.immich.accounts}
    names = ", ".join(accounts)
    if name is None:
        if len(accounts) > 1:
            cure = f"Name one with --account: {names}."
            raise ConfigurationError("there are several accounts of Immich.", cure=cure)
        return next(iter(accounts.values()))
    if name not in accounts:
        cure = f"There are: {names}."
        raise ConfigurationError(f"no account of Immich is called {name!r}.", cure=cure)
    return accounts[name]


def accounts_of(configuration: Configuration, name: str | None) -> Sequence[AccountSection]:
    """Return the account of a name; without one all.

    Raises:
        ConfigurationError: there is none of that name.
    """
    return configuration.immich.accounts if name is None else (account_of(configuration, name),)


def access(configuration: Configuration, account: AccountSection) -> tuple[str, str]:
    """Return the address of an account's server, and its key.

    Raises:
        ConfigurationError: one of them is not set.
    """
    address = account.address or configuration.immich.address
    if not address:
        raise ConfigurationError(
            "the address of Immich is not set.",
            cure="Set 'address' under [immich], or TAGWRIGHT_IMMICH__ADDRESS, to the address that"
            " your browser shows.",
        )
    key = secret(account.secret)
    if not key:
        raise ConfigurationError(
            f"there is no key of Immich for the account {account.name!r}.",
            cure=f"Make one in Immich (Account Settings > API Keys) and set {account.secret},"
            f" or {account.secret}_FILE to a file that holds it.",
        )
    return address, key


def settings_of(configuration: Configuration, account: AccountSection) -> Configuration:
    """Return the configuration as it is for one account."""
    return apply(configuration, account)


def make_client(configuration: Configuration, account: AccountSection) -> ImmichClient:
    """Make a client of an account; nothing is sent yet."""
    return ImmichClient(*access(configuration, account), secret=account.secret)


def make_library(
    configuration: Configuration, account: AccountSection, albums: AlbumMemory | None = None
) -> ImmichLibrary:
    """Make the library of an account; nothing is sent yet. Without ``albums`` it knows of none."""
    address, key = access(configuration, account)
    return ImmichLibrary(
        address,
        key,
        account=account.name,
        options=options_of(configuration),
        albums=albums,
        secret=account.secret,
    )


def options_of(configuration: Configuration) -> ImmichOptions:
    """Return how accounts are written to."""
    immich = configuration.immich
    return ImmichOptions(
        _path(immich.root),
        immich.colour,
        _path(immich.leave_alone),
        _path(immich.again),
    )


def _path(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("/")))
