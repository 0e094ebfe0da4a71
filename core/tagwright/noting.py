"""Noting in the assets what people rejected, so that it survives the loss of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tagwright.errors import TagwrightError
from tagwright.model import AssetRef
from tagwright.ports import NotingLibrary, Receipt
from tagwright.state import Lane, queue, rejections

Report = Callable[[AssetRef, Receipt | None, TagwrightError | None], None]


class Noter:
    """Notes the rejections of all assets below some places; run again, it writes nothing."""

    def __init__(self, library: NotingLibrary, lane: Lane, report: Report) -> None:
        """``report`` is called with each asset and what became of it."""
        self._library = library
        self._lane = lane
        self._report = report
        self._stopping = False

    def stop(self) -> None:
        """Take up nothing more; what is in hand is finished."""
        self._stopping = True

    async def run(self, under: Sequence[str], begun: Callable[[int], None]) -> None:
        """Note them; ``begun`` is told the number of assets first."""
        name = self._library.name
        found = await self._lane(lambda c: rejections.photos(c, name, under))
        begun(len(found))
        for asset_id, ref, concepts in found:
            if self._stopping:
                return
            await self._one(asset_id, ref, concepts)

    async def _one(self, asset_id: int, ref: AssetRef, concepts: Sequence[str]) -> None:
        try:
            done = await self._library.note_rejected(ref, concepts)
        except TagwrightError as exc:
            if exc.stops_run:
                raise
            self._report(ref, None, exc)
            return
        if done.changes:
            await self._lane(lambda c: queue.rewritten(c, asset_id, done.size, done.modified))
        self._report(ref, done, None)
