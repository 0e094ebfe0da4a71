"""Making a lost ledger anew from the notes in the assets; what a database knows stays as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields

from sqlalchemy import Connection

from tagwright.errors import TagwrightError, VanishedError
from tagwright.model import AssetRef
from tagwright.ports import Entry, NotingLibrary
from tagwright.state import Lane, moves, queue, rebuilt
from tagwright.state.rebuilt import Found

_AT_ONCE = 8


@dataclass(slots=True)
class Tally:
    """Figures of a rebuild."""

    photos: int = 0  # looked at
    noted: int = 0  # of them, photos with notes of ours
    tags: int = 0  # that are known as ours again
    rejections: int = 0  # that are known again
    runs: int = 0  # that are known again
    known: int = 0  # tags and rejections that the database knew
    failed: int = 0

    def as_dict(self) -> dict[str, object]:
        """Return the figures as plain data."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


Failed = Callable[[AssetRef, TagwrightError], None]


class Rebuilder:
    """Reads the notes of all assets of a library; run again, it finds nothing new."""

    def __init__(
        self,
        library: NotingLibrary,
        lane: Lane,
        run_id: str,
        failed: Failed,
        tally: Tally,
        *,
        dry_run: bool,
    ) -> None:
        """``failed`` is told of assets that cannot be read, and why; ``tally`` is added to."""
        self.tally = tally
        self._library = library
        self._lane = lane
        self._run_id = run_id
        self._failed = failed
        self._dry_run = dry_run
        self._runs: set[str] = set()
        self._stopping = False

    def stop(self) -> None:
        """Take up nothing more; what is in hand is finished."""
        self._stopping = True

    async def run(self, advance: Callable[[], None]) -> Tally:
        """Rebuild; ``advance`` is called after each asset."""
        waiting, turn = self._all(), asyncio.Lock()

        async def work() -> None:
            while not self._stopping:
                async with turn:  # a generator serves one at a time
                    one = await asyncio.to_thread(next, waiting, None)
                if one is None:
                    return
                await self._one(*one)
                advance()

        async with asyncio.TaskGroup() as tasks:
            for _ in range(_AT_ONCE):
                tasks.create_task(work())
        return self.tally

    def _all(self) -> Iterator[tuple[AssetRef, Entry]]:
        for listing in self._library.listings():
            for entry in listing.entries:
                yield AssetRef(self._library.name, listing.folder + entry.name), entry

    async def _one(self, ref: AssetRef, entry: Entry) -> None:
        self.tally.photos += 1
        try:
            noted = await self._library.recover(ref)
            if not noted:
                return
            self.tally.noted += 1
            key = await self._library.content_key(ref)
            await self._renamed(ref, entry, key)
        except TagwrightError as exc:
            if exc.stops_run:
                raise
            self.tally.failed += 1
            self._failed(ref, exc)
            return
        found = Found(ref, entry.size, entry.modified, key, self._run_id, noted)
        merged = await self._lane(lambda c: rebuilt.merge(c, found, dry_run=self._dry_run))
        self.tally.tags += merged.tags
        self.tally.rejections += merged.rejections
        self.tally.runs += len(merged.runs - self._runs)
        self._runs |= merged.runs
        self.tally.known += merged.known

    async def _renamed(self, ref: AssetRef, entry: Entry, key: str) -> None:
        """Let an asset have what the database knows of it under an earlier name."""
        if self._dry_run:
            return

        def look(connection: Connection) -> tuple[int, tuple[tuple[int, AssetRef], ...]]:
            asset_id = queue.enter(connection, ref, entry.size, entry.modified)
            queue.set_content_key(connection, asset_id, key)
            return asset_id, moves.earlier(connection, asset_id, key, ref.library)

        asset_id, earlier = await self._lane(look)
        for old_id, old in earlier:
            try:
                await self._library.content_key(old)
            except VanishedError:
                await self._lane(lambda c, old_id=old_id: moves.inherit(c, asset_id, old_id))  # type: ignore[misc]  # the default binds the loop variable
                return
