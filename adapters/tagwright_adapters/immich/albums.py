"""Albums of the account."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter

from tagwright_adapters.immich.connection import Connection
from tagwright_adapters.immich.models import Album, Outcome
from tagwright_adapters.immich.paths import segment

_ALBUM = TypeAdapter(Album)
_ALBUMS = TypeAdapter(tuple[Album, ...])
_OUTCOMES = TypeAdapter(tuple[Outcome, ...])


class AlbumCalls:
    """Albums are known by identifier: two may share a name."""

    def __init__(self, connection: Connection) -> None:
        """Ask over these connections."""
        self._connection = connection

    async def all(self) -> tuple[Album, ...]:
        """Return the albums of the account; 3.x adds those that others share with it."""
        return await self._connection.ask("GET", "/albums", _ALBUMS, "album.read")

    async def holding(self, asset: str) -> tuple[Album, ...]:
        """Return the albums that an asset is in, those that others share among them."""
        query = {"assetId": asset}
        return await self._connection.ask("GET", "/albums", _ALBUMS, "album.read", query=query)

    async def create(self, name: str) -> Album:
        """Make an empty album."""
        body = {"albumName": name}
        return await self._connection.ask("POST", "/albums", _ALBUM, "album.create", body=body)

    async def add(self, album: str, assets: Sequence[str]) -> tuple[Outcome, ...]:
        """Put assets into an album; those that are in it already are told as "duplicate"."""
        return await self._change("PUT", album, assets, "albumAsset.create")

    async def remove(self, album: str, assets: Sequence[str]) -> tuple[Outcome, ...]:
        """Take assets out of an album; those that are not in it are told as "not_found"."""
        return await self._change("DELETE", album, assets, "albumAsset.delete")

    async def _change(
        self, method: str, album: str, assets: Sequence[str], permission: str
    ) -> tuple[Outcome, ...]:
        path = f"/albums/{segment(album)}/assets"
        body = {"ids": list(assets)}
        return await self._connection.ask(method, path, _OUTCOMES, permission, body=body)
