"""The server, and the account that the key belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import TypeAdapter

from tagwright_adapters.immich.address import site
from tagwright_adapters.immich.connection import Connection
from tagwright_adapters.immich.errors import (
    ImmichMissingError,
    ImmichPermissionError,
    ImmichSetupError,
    ImmichTooOldError,
)
from tagwright_adapters.immich.models import (
    Features,
    Key,
    Preferences,
    ServerConfig,
    User,
    Version,
)

TO_TAG = ("asset.read", "asset.view", "tag.read", "tag.create", "tag.asset")
"""Permissions without which nothing can be tagged."""

TO_DESCRIBE = ("asset.update",)
"""Permissions that captions and notes of where tags come from need."""

TO_GATHER = ("album.read", "album.create", "albumAsset.create", "albumAsset.delete")
"""Permissions that albums need."""

TO_BE_TOLD = ("workflow.read", "workflow.create", "workflow.update", "plugin.read")
"""Permissions that it takes to have new assets announced."""

TO_TAKE_AWAY = ("workflow.read", "workflow.delete")
"""Permissions that it takes to have them announced no more."""

EVERYTHING = "all"
"""The permission that holds all others; without it there is no websocket."""

_OLDEST = (1, 135)
_VERSION = TypeAdapter(Version)
_FEATURES = TypeAdapter(Features)
_CONFIG = TypeAdapter(ServerConfig)
_USER = TypeAdapter(User)
_PREFERENCES = TypeAdapter(Preferences)
_KEY = TypeAdapter(Key)
_LIST = TypeAdapter(list[object])


class AccountCalls:
    """What a server says of itself and of the account."""

    def __init__(self, connection: Connection) -> None:
        """Ask over these connections."""
        self._connection = connection
        self._major: int | None = None

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
        self._major = version.major
        return version

    async def major(self) -> int:
        """Return the server's major version as it was last seen: it can only be a later one."""
        return (await self.version()).major if self._major is None else self._major

    async def features(self) -> Features:
        """Return what is switched on for all; needs no key."""
        return await self._connection.ask("GET", "/server/features", _FEATURES)

    async def public(self) -> str | None:
        """Return where browsers open the server; needs no key.

        None: it does not say ("External domain" in its settings), or nothing that a link may lead
        to.
        """
        config = await self._connection.ask("GET", "/server/config", _CONFIG)
        try:
            return site(config.external_domain)
        except ImmichSetupError:
            return None

    async def user(self) -> User:
        """Return whose key it is."""
        return await self._connection.ask("GET", "/users/me", _USER, "user.read")

    async def is_self(self, user: str) -> bool:
        """Say whether a user's number is the account's own, whatever the key may know."""
        try:
            return (await self.user()).id == user
        except ImmichPermissionError:
            pass
        # Immich shows an archive to its owner alone: not even to partners.
        query = {"userId": user, "visibility": "archive"}
        path, permission = "/timeline/buckets", "asset.read"
        try:
            await self._connection.ask("GET", path, _LIST, permission, query=query, probing=True)
        except ImmichMissingError:
            return False
        except ImmichTooOldError:  # it asks for more than this: what shows is taken to be one's own
            return True
        return True

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
        except (ImmichTooOldError, ImmichPermissionError):  # then "me" is taken for a key's number
            return None
        return key.permissions

    async def require(self, needed: Iterable[str]) -> None:
        """Make sure that the key may do all this, as far as the server tells.

        Raises:
            ImmichPermissionError: it may not; all that is missing is named.
        """
        missing = lacking(await self.permissions(), needed)
        if missing:
            raise ImmichPermissionError(
                f"the key in {self._connection.secret} lacks permissions: {', '.join(missing)}.",
                cure="Give it these in Immich: Account Settings > API Keys.",
            )

    async def check(self, needed: Iterable[str] = TO_TAG) -> Version:
        """Make sure of the address, the version, the key, its permissions and the Tags feature.

        Returns:
            The server's version.

        Raises:
            ImmichError: one of them is not as it must be; the first that is found.
        """
        version = await self.version()
        await self.require(needed)
        if await self.shows_tags() is False:
            raise ImmichSetupError(
                "the account does not show tags: Immich would keep them out of sight.",
                cure="Switch them on in Immich: Account Settings > Features > Tags.",
            )
        return version


def lacking(held: frozenset[str] | None, needed: Iterable[str]) -> list[str]:
    """Return what a key lacks, sorted; nothing where it is not known what it holds."""
    return [] if held is None or EVERYTHING in held else sorted(set(needed) - held)
