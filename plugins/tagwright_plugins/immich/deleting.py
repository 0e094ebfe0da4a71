"""Tags of ours that somebody deleted altogether: they are not made again."""

from __future__ import annotations

import logging
from collections.abc import Sequence, Set

from tagwright.state import Lane, bars
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichMissingError
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.models import Tag

logger = logging.getLogger(__name__)

_SAMPLE = 20  # photos that are looked at for why a tag is not there
_ENOUGH = 3  # of them without it, though each may have been changed for other reasons

Path = tuple[str, ...]


class DeletedTags:
    """Finds out, for one account."""

    def __init__(self, lane: Lane, client: ImmichClient, library: ImmichLibrary) -> None:
        """Whoever made the client closes it."""
        self._lane = lane
        self._client = client
        self._library = library

    async def look(self) -> Set[Path]:
        """Keep out of the account what was deleted there; return all that is kept out.

        By the paths that the tags had in Immich.

        Raises:
            ImmichError: the server does not answer as it should.
        """
        return await self._missed(await self._client.tags.all())

    async def miss(self, tags: Sequence[Tag]) -> None:
        """Keep out what is not among the tags of the account any more, as :meth:`look`."""
        self._library.keep_out(await self._missed(tags))

    async def _missed(self, tags: Sequence[Tag]) -> Set[Path]:
        there = {self._library.root.ours(tag.path) or () for tag in tags}
        name = self._library.name
        for concept, path in await self._lane(lambda c: list(bars.absent(c, name, there))):
            if await self._was_deleted(concept, path):
                await self._lane(lambda c, one=concept, p=path: bars.raise_(c, name, one, p))  # type: ignore[misc]  # the defaults bind the loop variables
                logger.warning(
                    "The tag %s was deleted in Immich: %s does not get it any more."
                    " 'tagwright immich allow' lets it in again.",
                    "/".join(path),
                    name,
                )
        known = await self._lane(bars.all_bars)
        return {self._library.root.below(bar.path) for bar in known if bar.library == name}

    async def _was_deleted(self, concept: str, path: Path) -> bool:
        """Say whether a tag is missing though nobody touched the photos that had it.

        Else it went with the last photo that had it: Immich clears away tags without any.
        """
        name, without = self._library.name, 0
        for photo in await self._lane(lambda c: bars.standing(c, name, concept, _SAMPLE)):
            try:
                asset = await self._client.assets.get(photo.reference)
            except ImmichMissingError:
                continue
            if self._library.root.below(path) in asset.paths:
                return False
            without += 1
            if asset.modified == photo.modified or without == _ENOUGH:
                return True
        return False
