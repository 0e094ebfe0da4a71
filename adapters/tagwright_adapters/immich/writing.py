"""Writes to assets that stick: one call for all tags, then wait, read back, repair.

Each tagging sets off a chain within Immich: it writes the sidecar, reads the metadata again and
replaces the asset's tags with what it read. A second write while a chain runs loses tags for good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tagwright.errors import UnreadableError, VerificationError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import (
    ImmichBusyError,
    ImmichError,
    ImmichMissingError,
    ImmichReadOnlyError,
)
from tagwright_adapters.immich.models import Asset, Tag

Path = tuple[str, ...]
_ROUNDS = 3  # a write and two repairs


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait between looks at an asset, in seconds."""

    ready: tuple[float, ...] = (0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 4.0)
    # Two writes less than 0.6 s apart were seen to spoil each other.
    settled: tuple[float, ...] = (0.6, 0.4, 0.6, 1.0, 2.0, 4.0, 8.0)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    corrupt: timedelta = timedelta(hours=1)  # after which a file without a preview is taken so


PATIENT = Patience()


class Writer:
    """Changes the tags of assets, one asset at a time for each caller."""

    def __init__(self, client: ImmichClient, patience: Patience) -> None:
        """Write over this client."""
        self._client = client
        self._patience = patience
        self._tags: dict[Path, Tag] = {}
        self._read_only: set[str] = set()  # external libraries

    async def ready(self, number: str) -> Asset:
        """Return an asset once its thumbnail is made; to tag it before destroys its own tags.

        Raises:
            ImmichBusyError: that takes too long.
            ImmichMissingError: it is gone.
            UnreadableError: there is none long after the upload.
        """
        for pause in (0.0, *self._patience.ready):
            await self._patience.sleep(pause)
            asset = await self._client.assets.get(number)
            if asset.thumbhash is not None:
                return asset
        if datetime.now(UTC) - asset.created_at > self._patience.corrupt:
            cure = "The file may be corrupt: look at it in Immich."
            raise UnreadableError("Immich has no preview of it.", asset=number, cure=cure)
        message = "Immich has not made its preview yet."
        raise ImmichBusyError(message, asset=number)

    def check(self, asset: Asset) -> None:
        """Make sure that an asset may be written to, as far as that is known.

        Raises:
            ImmichReadOnlyError: it is in a library that did not take a write before.
        """
        if asset.library_id in self._read_only:
            raise _read_only(asset)

    async def change(self, asset: Asset, come: Sequence[Path], go: Set[Path]) -> Asset:
        """Give and take tags; return the asset as it was read back.

        Raises:
            ImmichReadOnlyError: it is in an external library that takes no sidecars.
            VerificationError: the tags do not stay as they were set.
            ImmichError: the server does not do as it should.
        """
        for _ in range(_ROUNDS):
            asset = await self._take(asset, go)
            missing = [path for path in come if path not in asset.paths]
            asset = await self._give(asset, missing)
            if set(come) <= set(asset.paths) and not go & set(asset.paths):
                return asset
        if asset.library_id is not None and not set(come) & set(asset.paths):
            self._read_only.add(asset.library_id)
            raise _read_only(asset)
        message = "the tags that were set do not stay as they were set."
        raise VerificationError(message, asset=asset.id)

    async def _take(self, asset: Asset, go: Set[Path]) -> Asset:
        for tag in asset.tags or ():
            if tag.path in go:
                with suppress(ImmichMissingError):  # the tag was deleted meanwhile, or the asset
                    outcomes = await self._client.tags.take(tag.id, [asset.id])
                    if any(one.success for one in outcomes):
                        asset = await self._settled(asset)
        return asset

    async def _give(self, asset: Asset, come: Sequence[Path]) -> Asset:
        if not come:
            return asset
        tags = await self._resolved(come)
        new = await self._client.tags.give([asset.id], tags)
        if new < len(tags):  # some of them are not there any more, and Immich does not tell
            for path in come:
                self._tags.pop(path, None)
        if not new:
            new = await self._client.tags.give([asset.id], await self._resolved(come))
        return await (self._settled(asset) if new else self._client.assets.get(asset.id))

    async def _resolved(self, paths: Sequence[Path]) -> list[str]:
        known = {path: self._tags[path] for path in paths if path in self._tags}
        unknown = [path for path in paths if path not in known]
        if unknown:
            made = await self._client.tags.upsert(unknown)
            self._tags |= made
            known |= made
        lacking = [path for path in paths if path not in known]
        if lacking:
            raise ImmichError(f"Immich does not make a tag named {'/'.join(lacking[0])!r}.")
        return [known[path].id for path in paths]

    async def _settled(self, before: Asset) -> Asset:
        """Return the asset once the chain is through: its time of change has risen."""
        for pause in self._patience.settled:
            await self._patience.sleep(pause)
            asset = await self._client.assets.get(before.id)
            if asset.updated_at > before.updated_at:
                return asset
        message = "Immich has not finished writing its tags."
        cure = "Its job queues may be full: see Administration > Jobs."
        raise ImmichBusyError(message, asset=before.id, cure=cure)


def _read_only(asset: Asset) -> ImmichReadOnlyError:
    message = "Immich cannot write its sidecar: the external library is read-only."
    cure = "Mount the library writable in Immich, or leave it out."
    return ImmichReadOnlyError(message, asset=asset.original_file_name or asset.id, cure=cure)
