"""The server, and the account that the key belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import TypeAdapter

from tagwright_adapters.immich.connection import Connection
from tagwright_adapters.immich.errors import (
    ImmichPermissionError,
    ImmichSetupError,
    ImmichTooOldError,
)
from tagwright_adapters.immich.models import Features, Key, Preferences, User, Version

TO_TAG = ("asset.read", "asset.view", "tag.read", "tag.create", "tag.asset")
"""Permissions without which nothing can be tagged."""

_OLDEST = (1, 135)
_VERSION = TypeAdapter(Version)
_FEATURES = TypeAdapter(Features)
_USER = TypeAdapter(User)
_PREFERENCES = TypeAdapter(Preferences)
_KEY = TypeAdapter(Key)


class AccountCalls:
    """What a server says of itself and of the account."""

    def __init__(self, connection: Connection) -> None:
        """Ask over these connections."""
        self._connection = connection

    async def version(self) -> Version:
        """Return the server's version; needs no key.

        Raises:
            ImmichTooOldError: it is older than what this client can speak with.
        """
        version = await self._connection.ask("GET", "/server/version", _VERSION)
        if (version.major, version.minor) < _OLDEST:
            oldest = ".".join(map(str, _OLDEST))
            message = f"Immich {version} is too old: Tagwright needs {oldest} or later."
            raise ImmichTooOldError(message, cure="Upgrade Immich.")
        return version

    async def features(self) -> Features:
        """Return what is switched on for all; needs no key."""
        return await self._connection.ask("GET", "/server/features", _FEATURES)

    async def user(self) -> User:
        """Return whose key it is."""
        return await self._connection.ask("GET", "/users/me", _USER, "user.read")

    async def whose(self) -> str | None:
        """Return the owner's number; None where the key may not know: then all that shows is."""
        try:
            return (await self.user()).id
        except ImmichPermissionError:
            return None

    async def shows_tags(self) -> bool | None:
        """Return whether the account shows tags; None where the key may not know."""
        path, permission = "/users/me/preferences", "userPreference.read"
        try:
            answer = await self._connection.ask("GET", path, _PREFERENCES, permission)
        except ImmichPermissionError:
            return None
        return answer.tags.enabled

    async def permissions(self) -> frozenset[str] | None:
        """Return what the key may do, "all" for everything; None where the server cannot tell."""
        try:
            key = await self._connection.ask("GET", "/api-keys/me", _KEY, probing=True)
        except ImmichTooOldError:
            return None
        return key.permissions

    async def check(self, needed: Iterable[str] = TO_TAG) -> Version:
        """Make sure of the address, the version, the key, its permissions and the Tags feature.

        Returns:
            The server's version.

        Raises:
            ImmichError: one of them is not as it must be; the first that is found.
        """
        version = await self.version()
        held = await self.permissions()
        missing = [] if held is None or "all" in held else sorted(set(needed) - held)
        if missing:
            listed = ", ".join(missing)
            raise ImmichPermissionError(
                f"the key in IMMICH_API_KEY lacks permissions: {listed}.",
                cure="Give it these in Immich: Account Settings > API Keys.",
            )
        if await self.shows_tags() is False:
            raise ImmichSetupError(
                "the account does not show tags: Immich would keep them out of sight.",
                cure="Switch them on in Immich: Account Settings > Features > Tags.",
            )
        return version
