"""All libraries that are configured."""

from __future__ import annotations

from tagwright.configuration import Configuration
from tagwright.configuration.immich import AccountSection
from tagwright.libraries import Libraries, Make
from tagwright.ports import PhotoLibrary
from tagwright.state import Lane
from tagwright_plugins.cli.assembly import make_library


def make_libraries(configuration: Configuration, lane: Lane) -> Libraries:
    """Make access to all photos; no account of Immich is asked for before one of its is touched."""
    return Libraries(make_library(configuration, ()), makers(configuration, lane))


def makers(configuration: Configuration, lane: Lane) -> dict[str, Make]:
    """Return what opens each account of Immich, by the names of their libraries."""
    accounts = configuration.immich.accounts
    return {one.library: _maker(configuration, one, lane) for one in accounts}


def _maker(configuration: Configuration, account: AccountSection, lane: Lane) -> Make:
    async def make() -> PhotoLibrary:
        from tagwright_plugins.immich.opening import open_library  # noqa: PLC0415 - slow to import

        return await open_library(configuration, account, lane)

    return make
