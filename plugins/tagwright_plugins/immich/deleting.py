"""Tags of ours that somebody deleted altogether: they are not made again."""

from __future__ import annotations

import logging

from tagwright.state import Lane, bars
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichMissingError

logger = logging.getLogger(__name__)

_SAMPLE = 20  # photos that are looked at for why a tag is not there

Path = tuple[str, ...]


class DeletedTags:
    """Finds out, for one account."""

    def __init__(self, lane: Lane, client: ImmichClient, library: str) -> None:
        """``library`` is the account's name among libraries, "immich:alice"."""
        self._lane = lane
        self._client = client
        self._library = library

    async def look(self) -> None:
        """Keep out of the account what was deleted there.

        Raises:
            ImmichError: the server does not answer as it should.
        """
        there = {tag.path for tag in await self._client.tags.all()}
        name = self._library
        for concept, path in await self._lane(lambda c: list(bars.absent(c, name, there))):
            if await self._was_deleted(concept, path):
                await self._lane(lambda c, one=concept, p=path: bars.raise_(c, name, one, p))  # type: ignore[misc]  # the defaults bind the loop variables
                logger.warning(
                    "The tag %s was deleted in Immich: %s does not get it any more."
                    " 'tagwright immich allow' lets it in again.",
                    "/".join(path),
                    name,
                )

    async def _was_deleted(self, concept: str, path: Path) -> bool:
        """Say whether a tag is missing though nobody touched the photos that had it.

        Else it went with the last photo that had it: Immich clears away tags without any.
        """
        name = self._library
        for photo in await self._lane(lambda c: bars.standing(c, name, concept, _SAMPLE)):
            try:
                asset = await self._client.assets.get(photo.reference)
            except ImmichMissingError:
                continue
            if asset.modified == photo.modified:
                return path not in asset.paths
        return False
