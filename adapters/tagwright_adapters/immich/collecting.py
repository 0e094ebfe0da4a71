"""Putting assets into albums of the account by the albums' names, and taking them out."""

from __future__ import annotations

import asyncio

from tagwright.errors import VerificationError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichMissingError

_THREE = 3  # from this version on, albums of others are listed among one's own


class Collector:
    """Knows the account's own albums; of two with one name, the first that Immich lists counts."""

    def __init__(self, client: ImmichClient) -> None:
        """Write over this client."""
        self._client = client
        self._numbers: dict[str, str] | None = None
        self._mixed: bool | None = None
        self._asking = asyncio.Lock()
        self._making = asyncio.Lock()

    async def names(self, asset: str) -> list[str]:
        """Return the names of the account's own albums that an asset is in."""
        albums = await self._client.albums.own(mixed=await self._is_mixed(), asset=asset)
        return [album.album_name for album in albums]

    async def put(self, asset: str, name: str) -> None:
        """Put an asset into an album, which is made where there is none.

        Raises:
            VerificationError: it does not go in.
            ImmichError: the server does not do as it should.
        """
        for _ in range(2):
            number = await self._number(name)
            try:
                (outcome,) = await self._client.albums.add(number, [asset])
            except ImmichMissingError:  # it was deleted meanwhile
                self._numbers = None
                continue
            if outcome.success or outcome.error == "duplicate":
                return
            break
        raise VerificationError(f"it does not go into the album {name!r}.", asset=asset)

    async def take(self, asset: str, name: str) -> None:
        """Take an asset out of all own albums of a name; the albums themselves stay."""
        for album in await self._client.albums.own(mixed=await self._is_mixed(), asset=asset):
            if album.album_name == name:
                await self._client.albums.remove(album.id, [asset])

    async def _number(self, name: str) -> str:
        async with self._making:  # two assets at once must not make two albums
            if self._numbers is None:
                found = await self._client.albums.own(mixed=await self._is_mixed())
                self._numbers = {one.album_name: one.id for one in reversed(found)}
            if name not in self._numbers:
                self._numbers[name] = (await self._client.albums.create(name)).id
            return self._numbers[name]

    async def _is_mixed(self) -> bool:
        async with self._asking:
            if self._mixed is None:
                self._mixed = (await self._client.account.version()).major >= _THREE
            return self._mixed
