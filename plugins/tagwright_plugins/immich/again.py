"""The tag by which people ask for a photo to be looked at anew."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from tagwright.errors import TagwrightError, VanishedError
from tagwright.model import AssetRef
from tagwright.state import Lane, afresh, cursors, queue
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.models import Tag
from tagwright_adapters.immich.searching import Query
from tagwright_plugins.cli.wording import printable

logger = logging.getLogger(__name__)

_ASKED = "again"  # the photos whose answers were put aside, and that may still have the tag

Path = tuple[str, ...]


class Again:
    """Puts the answers of such photos aside and takes the tag off: that change has them visited.

    In this order, and with a note of what was put aside: so nothing is asked twice for one time
    that the tag was put, however often we die in between.
    """

    def __init__(self, client: ImmichClient, library: ImmichLibrary, lane: Lane, tag: Path) -> None:
        self._client = client
        self._library = library
        self._lane = lane
        self._tag = tag

    async def heed(self, tags: Sequence[Tag]) -> None:
        """See to all photos that have the tag; ``tags`` are those of the account.

        Raises:
            ImmichError: the server does not answer as it should.
        """
        for tag in tags:
            if self._tag and tag.path == self._tag:
                found = {one.id async for one in self._client.search.walk(Query(tag=tag.id))}
                for number in sorted(found | await self._lane(self._asked)):
                    await self._one(number)

    async def _one(self, number: str) -> None:
        ref, name = AssetRef(self._library.name, number), number
        try:
            asset = await self._client.assets.get(number)
            name = f"{printable(asset.original_file_name)} ({number})"
            if self._tag in asset.paths:
                key = await self._library.content_key(ref)
                await self._lane(lambda c: self._put_aside(c, ref, key))
                await self._library.obeyed(ref, self._tag)
                logger.info("%s: asked about anew, as a tag wants it.", name)
        except VanishedError:
            pass
        except TagwrightError as exc:
            if exc.stops_run:
                raise
            logger.warning("%s: its tag %s stays: %s", name, "/".join(self._tag), exc)
            return
        await self._lane(lambda c: self._keep(c, self._asked(c) - {number}))

    def _put_aside(self, connection: Connection, ref: AssetRef, key: str) -> None:
        asked = self._asked(connection)
        if ref.reference in asked:
            return
        queue.enter(connection, ref, 0, 0)  # if it was there before us, it is taken up now
        afresh.supersede(connection, key)
        self._keep(connection, asked | {ref.reference})

    def _asked(self, connection: Connection) -> set[str]:
        return set((cursors.find(connection, self._library.name, _ASKED) or "").split())

    def _keep(self, connection: Connection, asked: Collection[str]) -> None:
        cursors.keep(connection, self._library.name, _ASKED, " ".join(sorted(asked)))
