"""Single assets, their pictures, descriptions and private notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from tagwright_adapters.immich.connection import Connection
from tagwright_adapters.immich.errors import ImmichNoPreviewError
from tagwright_adapters.immich.models import Asset, Note
from tagwright_adapters.immich.paths import segment

_ASSET = TypeAdapter(Asset)
_NOTES = TypeAdapter(tuple[Note, ...])


class AssetCalls:
    """Every call raises an ImmichMissingError for an asset that is gone, locked or another's."""

    def __init__(self, connection: Connection) -> None:
        """Ask over these connections."""
        self._connection = connection

    async def get(self, asset: str) -> Asset:
        """Return an asset with its tags: the leaves only, none of those above them."""
        return await self._connection.ask("GET", _place(asset), _ASSET, "asset.read")

    async def preview(self, asset: str) -> tuple[bytes, str]:
        """Return the middle-sized picture as people see it, also where they have cropped it.

        Returns:
            The picture and its media type, "image/jpeg" or "image/webp".

        Raises:
            ImmichNoPreviewError: there is none yet, or the file is corrupt and never has one.
        """
        path, query = f"{_place(asset)}/thumbnail", {"size": "preview"}
        try:
            return await self._connection.fetch(path, "asset.view", query | {"edited": "true"})
        except ImmichNoPreviewError:  # perhaps of the change alone
            return await self._connection.fetch(path, "asset.view", query)

    async def describe(self, asset: str, text: str) -> Asset:
        """Set the description, and return the asset; it goes into the sidecar, as tags do."""
        body = {"description": text}
        return await self._connection.ask("PUT", _place(asset), _ASSET, "asset.update", body=body)

    async def notes(self, asset: str) -> dict[str, dict[str, Any]]:
        """Return the private notes by their keys, ours and others'.

        Raises:
            ImmichTooOldError: the server does not know notes.
        """
        path = f"{_place(asset)}/metadata"
        notes = await self._connection.ask("GET", path, _NOTES, "asset.read")
        return {note.key: note.value for note in notes}

    async def note(self, key: str, values: Mapping[str, dict[str, Any]]) -> None:
        """Write a private note of one key on assets, in the place of those before.

        Args:
            key: Of the notes.
            values: The notes, by the asset.

        Raises:
            ImmichMissingError: one of the assets is; nothing is written.
            ImmichTooOldError: the server does not know notes.
        """
        items = [{"assetId": one, "key": key, "value": value} for one, value in values.items()]
        body = {"items": items}
        path, permission = "/assets/metadata", "asset.update"
        await self._connection.tell("PUT", path, permission, body=body, probing=True)


def _place(asset: str) -> str:
    return f"/assets/{segment(asset)}"
