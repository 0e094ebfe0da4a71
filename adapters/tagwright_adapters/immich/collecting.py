"""Putting assets into albums of the account by the albums' names, and taking them out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol

from tagwright.errors import VerificationError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichMissingError
from tagwright_adapters.immich.models import Album, Asset

logger = logging.getLogger(__name__)


class AlbumMemory(Protocol):
    """What is remembered of the albums that we fill, by the names that rules give them."""

    async def numbers(self) -> Mapping[str, str]:
        """Return their identifiers: people may have renamed them since."""

    async def keep(self, name: str, number: str) -> None:
        """Remember an identifier, in place of the one before."""

    async def is_filled(self, name: str) -> bool:
        """Say whether we put anything into such an album that we did not take out ourselves."""


class Collector:
    """Knows the account's own albums; of two with one name, the first that Immich lists counts.

    One that people rename is filled under its new name. One that they delete is not made again.
    """

    def __init__(self, client: ImmichClient, memory: AlbumMemory, account: str) -> None:
        """Write over this client; ``account`` is what messages call the account."""
        self._client = client
        self._memory = memory
        self._account = account
        self._numbers: dict[str, str] = {}
        self._making = asyncio.Lock()
        self._said: set[str] = set()

    async def names(self, asset: Asset) -> list[str]:
        """Return the names of the account's own albums that an asset is in.

        One that was renamed has two: its own, and the one by which rules know it.
        """
        albums = await self._holding(asset)
        ours = (await self._memory.numbers()).items() if albums else ()
        there = {album.id for album in albums}
        renamed = [name for name, number in ours if number in there]
        return list(dict.fromkeys([*(album.album_name for album in albums), *renamed]))

    async def takes(self, asset: Asset, name: str) -> bool:
        """Say whether an asset can be put into an album: it is there, or may be made."""
        async with self._making:
            found = await self._find(asset.owner_id, name)
            return found is not None or not await self._is_deleted(name)

    async def put(self, asset: Asset, name: str, *, anew: bool = False) -> bool:
        """Put an asset into an album, which is made where there never was one; say if it is in.

        Args:
            asset: One of the account's own.
            name: Of the album, as rules give it.
            anew: Whether it is made also if people have deleted it.

        Raises:
            VerificationError: it does not go in.
            ImmichError: the server does not do as it should.
        """
        for _ in range(2):
            number = await self._number(asset.owner_id, name, anew=anew)
            if number is None:
                return False
            try:
                (outcome,) = await self._client.albums.add(number, [asset.id])
            except ImmichMissingError:  # it was deleted meanwhile
                self._numbers.pop(name, None)
                continue
            if outcome.success or outcome.error == "duplicate":
                return True
            break
        raise VerificationError(f"it does not go into the album {name!r}.", asset=asset.id)

    async def take(self, asset: Asset, name: str) -> None:
        """Take an asset out of all own albums of a name; the albums themselves stay."""
        ours = (await self._memory.numbers()).get(name)
        for album in await self._holding(asset):
            if album.album_name == name or album.id == ours:
                await self._client.albums.remove(album.id, [asset.id])

    async def _number(self, owner: str, name: str, *, anew: bool) -> str | None:
        async with self._making:  # two assets at once must not make two albums
            number = await self._find(owner, name)
            if number is None and (anew or not await self._is_deleted(name)):
                number = (await self._client.albums.create(name)).id
                await self._remember(name, number)
            return number

    async def _find(self, owner: str, name: str) -> str | None:
        """Return the album of a name, or else the one that had it when it was filled last."""
        if name not in self._numbers:
            found = [one for one in await self._client.albums.all() if one.belongs_to(owner)]
            before = (await self._memory.numbers()).get(name)
            by_name = (album.id for album in found if album.album_name == name)
            renamed = (album.id for album in found if album.id == before)
            number = next(by_name, None) or next(renamed, None)
            if number is not None:
                await self._remember(name, number)
        return self._numbers.get(name)

    async def _remember(self, name: str, number: str) -> None:
        await self._memory.keep(name, number)
        self._numbers[name] = number

    async def _is_deleted(self, name: str) -> bool:
        """Say whether an album that is not there was; it is told once."""
        if not await self._memory.is_filled(name):
            return False
        if name not in self._said:
            self._said.add(name)
            logger.warning(
                "The album %s was deleted in Immich: %s does not get it again, unless you make"
                " one of that name there yourself.",
                name,
                self._account,
            )
        return True

    async def _holding(self, asset: Asset) -> list[Album]:
        """Return the own albums that an asset is in: Immich lists those of others as well."""
        found = await self._client.albums.holding(asset.id)
        return [album for album in found if album.belongs_to(asset.owner_id)]
