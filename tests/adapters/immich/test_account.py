"""What the client learns of server and account, and how it tells what is missing."""

from __future__ import annotations

import pytest
from tests.adapters.loopback import Response

from tagwright_adapters.immich.account import TO_TAG
from tagwright_adapters.immich.errors import (
    ImmichPermissionError,
    ImmichSetupError,
    ImmichTooOldError,
)

from .conftest import Connect
from .server import LEAST, ImmichServer

VERSION = "/api/server/version"
ME = "/api/api-keys/me"


def test_least_privilege() -> None:
    """What we ask for is what is known to be enough."""
    assert set(TO_TAG) == LEAST


async def test_who_and_what(immich: ImmichServer, connect: Connect) -> None:
    """User, features and permissions, of both versions."""
    immich.permissions.add("user.read")
    account = connect(immich.url).account
    assert (await account.user()).name == "Alice"
    assert (await account.features()).smart_search
    assert await account.permissions() == frozenset(immich.permissions)


async def test_all_is_well(immich: ImmichServer, connect: Connect) -> None:
    """The least key is enough; whether tags are shown it may not know."""
    account = connect(immich.url).account
    assert str(await account.check()) == immich.version
    assert await account.shows_tags() is None
    immich.permissions.add("userPreference.read")
    assert await account.shows_tags() is True


async def test_a_key_for_everything(immich: ImmichServer, connect: Connect) -> None:
    """It lacks nothing."""
    immich.permissions.clear()
    immich.permissions.add("all")
    await connect(immich.url).account.check()


async def test_all_that_the_key_lacks(immich: ImmichServer, connect: Connect) -> None:
    """In one go, so that the key is changed once."""
    immich.permissions.difference_update({"tag.asset", "asset.view"})
    with pytest.raises(ImmichPermissionError, match=r"lacks permissions: asset.view, tag.asset\."):
        await connect(immich.url).account.check()


async def test_tags_switched_off(immich: ImmichServer, connect: Connect) -> None:
    """Tags would be stored and never shown."""
    immich.permissions.add("userPreference.read")
    immich.account.tags_on = False
    with pytest.raises(ImmichSetupError, match=r"does not show tags.*Features > Tags"):
        await connect(immich.url).account.check()


@pytest.mark.parametrize(("version", "fine"), [("1.134.0", False), ("1.135.0", True)])
async def test_too_old(immich: ImmichServer, connect: Connect, version: str, fine: bool) -> None:
    """Told before anything else is asked; the oldest that will do cannot tell its permissions."""
    major, minor, patch = map(int, version.split("."))
    immich.instead[VERSION] = Response({"major": major, "minor": minor, "patch": patch})
    immich.instead[ME] = immich.error(400, ["id must be a UUID"])
    account = connect(immich.url).account
    if fine:
        assert str(await account.check()) == version
        return
    with pytest.raises(ImmichTooOldError, match=r"1\.134\.0 is too old.*1\.135 or later"):
        await account.check()
    assert immich.received == [VERSION]


async def test_permission_in_the_servers_words(immich: ImmichServer, connect: Connect) -> None:
    """Another version may want another permission than the one that we know of."""
    refused = immich.error(403, "Missing required permission: tag.list")
    immich.instead["/api/tags"] = refused
    with pytest.raises(ImmichPermissionError, match=r"lacks the permission 'tag\.list'"):
        await connect(immich.url).tags.all()
    immich.instead["/api/tags"] = immich.error(403, "Forbidden")
    with pytest.raises(ImmichPermissionError, match=r"lacks the permission 'tag\.read'"):
        await connect(immich.url).tags.all()
