"""What the state knows of the albums of an account."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection

from tagwright.configuration import Configuration
from tagwright.configuration.immich import AccountSection
from tagwright.model import ExtraField
from tagwright.state import Lane, cursors, extras
from tagwright_plugins.immich.accounts import settings_of

_NUMBERS = "albums"  # their identifiers, by the names that rules give them


class FilledAlbums:
    """Implements :class:`tagwright_adapters.immich.collecting.AlbumMemory`."""

    def __init__(self, lane: Lane, library: str) -> None:
        self._lane = lane
        self._library = library

    async def numbers(self) -> Mapping[str, str]:
        """Return the identifiers of albums that we fill, by the names that rules give them."""
        return await self._lane(self._numbers)

    async def keep(self, name: str, number: str) -> None:
        """Remember an identifier, in place of the one before."""

        def merge(connection: Connection) -> None:
            known = self._numbers(connection)
            if known.get(name) != number:
                text = json.dumps({**known, name: number})
                cursors.keep(connection, self._library, _NUMBERS, text)

        await self._lane(merge)

    async def is_filled(self, name: str) -> bool:
        """Say whether we put anything into an album that we did not take out ourselves."""
        return await self._lane(lambda c: extras.is_filled(c, self._library, name))

    def _numbers(self, connection: Connection) -> Mapping[str, str]:
        known: Mapping[str, str]
        known = json.loads(cursors.find(connection, self._library, _NUMBERS) or "{}")
        return known


async def albums_of(
    configuration: Configuration, account: AccountSection, lane: Lane
) -> FilledAlbums | None:
    """Return what is known of an account's albums.

    None where no rule puts photos into any, and none ever did: then nobody need look at them.
    """
    here = settings_of(configuration, account)
    ruled = any(rule.then.albums for rule in here.rule)
    name = account.library
    if ruled or await lane(lambda c: extras.any_standing(c, name, ExtraField.ALBUM)):
        return FilledAlbums(lane, name)
    return None
