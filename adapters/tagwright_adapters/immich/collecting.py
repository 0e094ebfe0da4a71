"""Putting assets into albums of the account by the albums' names, and taking them out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Protocol

from tagwright.errors import VerificationError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichMissingError
from tagwright_adapters.immich.models import Album

logger = logging.getLogger(__name__)

_THREE = 3  # from this version on, albums of others are listed among one's own


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
        self._mixed: bool | None = None
        self._asking = asyncio.Lock()
        self._making = asyncio.Lock()
        self._said: set[str] = set()

    async def names(self, asset: str) -> list[str]:
        """Return the names of the account's own albums that an asset is in.

        One that was renamed has two: its own, and the one by which rules know it.
        """
        albums = await self._own(asset)
        ours = (await self._memory.numbers()).items() if albums else ()
        there = {album.id for album in albums}
        renamed = [name for name, number in ours if number in there]
        return list(dict.fromkeys([*(album.album_name for album in albums), *renamed]))

    async def takes(self, name: str) -> bool:
        """Say whether assets can be put into an album: it is there, or may be made."""
        async with self._making:
            return await self._find(name) is not None or not await self._is_deleted(name)

    async def put(self, asset: str, name: str, *, anew: bool = False) -> bool:
        """Put an asset into an album, which is made where there never was one; say if it is in.

        Args:
            asset: Its identifier.
            name: Of the album, as rules give it.
            anew: Whether it is made also if people have deleted it.

        Raises:
            VerificationError: it does not go in.
            ImmichError: the server does not do as it should.
        """
        for _ in range(2):
            number = await self._number(name, anew=anew)
            if number is None:
                return False
            try:
                (outcome,) = await self._client.albums.add(number, [asset])
            except ImmichMissingError:  # it was deleted meanwhile
                self._numbers.pop(name, None)
                continue
            if outcome.success or outcome.error == "duplicate":
                return True
            break
        raise VerificationError(f"it does not go into the album {name!r}.", asset=asset)

    async def take(self, asset: str, name: str) -> None:
        """Take an asset out of all own albums of a name; the albums themselves stay."""
        ours = (await self._memory.numbers()).get(name)
        for album in await self._own(asset):
            if album.album_name == name or album.id == ours:
                await self._client.albums.remove(album.id, [asset])

    async def _number(self, name: str, *, anew: bool) -> str | None:
        async with self._making:  # two assets at once must not make two albums
            number = await self._find(name)
            if number is None and (anew or not await self._is_deleted(name)):
                number = (await self._client.albums.create(name)).id
                await self._remember(name, number)
            return number

    async def _find(self, name: str) -> str | None:
        """Return the album of a name, or else the one that had it when it was filled last."""
        if name not in self._numbers:
            found = await self._own()
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

    async def _own(self, asset: str | None = None) -> tuple[Album, ...]:
        return await self._client.albums.own(mixed=await self._is_mixed(), asset=asset)

    async def _is_mixed(self) -> bool:
        async with self._asking:
            if self._mixed is None:
                self._mixed = (await self._client.account.version()).major >= _THREE
            return self._mixed
