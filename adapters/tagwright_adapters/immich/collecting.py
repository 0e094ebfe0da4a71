"""Putting assets into albums of the account by the albums' names, and taking them out."""

from __future__ import annotations

import asyncio

from tagwright.errors import VerificationError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichMissingError
from tagwright_adapters.immich.models import Album, Asset


class Collector:
    """Knows the account's own albums; of two with one name, the first that Immich lists counts.

    Assets are the account's own, and albums are theirs who own the assets: Immich lists those that
    others share among them.
    """

    def __init__(self, client: ImmichClient) -> None:
        """Write over this client."""
        self._client = client
        self._numbers: dict[str, str] | None = None
        self._making = asyncio.Lock()

    async def names(self, asset: Asset) -> list[str]:
        """Return the names of the account's own albums that an asset is in."""
        return [album.album_name for album in await self._holding(asset)]

    async def put(self, asset: Asset, name: str) -> None:
        """Put an asset into an album, which is made where there is none.

        Raises:
            VerificationError: it does not go in.
            ImmichError: the server does not do as it should.
        """
        for _ in range(2):
            number = await self._number(asset.owner_id, name)
            try:
                (outcome,) = await self._client.albums.add(number, [asset.id])
            except ImmichMissingError:  # it was deleted meanwhile
                self._numbers = None
                continue
            if outcome.success or outcome.error == "duplicate":
                return
            break
        raise VerificationError(f"it does not go into the album {name!r}.", asset=asset.id)

    async def take(self, asset: Asset, name: str) -> None:
        """Take an asset out of all own albums of a name; the albums themselves stay."""
        for album in await self._holding(asset):
            if album.album_name == name:
                await self._client.albums.remove(album.id, [asset.id])

    async def _holding(self, asset: Asset) -> list[Album]:
        found = await self._client.albums.holding(asset.id)
        return [album for album in found if album.belongs_to(asset.owner_id)]

    async def _number(self, owner: str, name: str) -> str:
        async with self._making:  # two assets at once must not make two albums
            if self._numbers is None:
                own = [one for one in await self._client.albums.all() if one.belongs_to(owner)]
                self._numbers = {one.album_name: one.id for one in reversed(own)}
            if name not in self._numbers:
                self._numbers[name] = (await self._client.albums.create(name)).id
            return self._numbers[name]
