"""Opening an account for commands that work on single photos of it."""

from __future__ import annotations

from tagwright.configuration import Configuration
from tagwright.configuration.immich import AccountSection
from tagwright.state import Lane
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_plugins.immich.accounts import make_client, make_library
from tagwright_plugins.immich.albums import albums_of
from tagwright_plugins.immich.deleting import DeletedTags
from tagwright_plugins.immich.rooting import check_root


async def open_library(
    configuration: Configuration, account: AccountSection, lane: Lane
) -> ImmichLibrary:
    """Return the library of an account, once it is known which tags were deleted there.

    Raises:
        TagwrightError: the account cannot be used, or not with this root.
    """
    await check_root(configuration, account.library, lane)
    albums = await albums_of(configuration, account, lane)
    library = make_library(configuration, account, albums)
    client = make_client(configuration, account)
    try:
        await DeletedTags(lane, client, library).look()
    except BaseException:
        await library.aclose()
        raise
    finally:
        await client.aclose()
    return library
