"""Finding what changed by looking again and again, where nobody tells.

Watchdog's own polling keeps the full result of ``stat`` for every path. Here a folder that has come
to rest is kept as one number, and the looking is the scan that everything else uses.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable

from tagwright.ports import Arrival, Listing
from tagwright_adapters.watching.session import Place
from tagwright_adapters.watching.tree import part, settled

_CALM = 10  # times as long as a look took are between it and the next one
_BUSY = 1  # the same while something is not at rest yet


class Looks:
    """Compares what lies in folders from one look to the next.

    An asset rests when two looks in a row show it alike; at the very first look, when it was not
    modified in the last minute. Its sidecars count as part of it.
    """

    def __init__(self) -> None:
        self._resting: dict[str, int] = {}  # folder: hash of what was in it
        self._restless: dict[str, Listing] = {}
        self._is_first = True

    @property
    def is_busy(self) -> bool:
        """Whether anything is not at rest yet."""
        return bool(self._restless)

    def compare(self, listings: Iterable[Listing]) -> list[Arrival]:
        """Return what came to rest in some folders."""
        whole: list[Listing] = []
        partial: list[Listing] = []
        for listing in listings:
            mark = hash(listing)
            if self._resting.get(listing.folder) == mark:
                continue
            alike = self._alike(listing)
            if alike == listing:
                whole.append(listing)
                self._resting[listing.folder] = mark
                self._restless.pop(listing.folder, None)
            else:
                self._restless[listing.folder] = listing
                if alike:
                    partial.append(alike)
        arrivals = (Arrival(tuple(whole), whole=True), Arrival(tuple(partial)))
        return [arrival for arrival in arrivals if arrival.listings]

    def finished(self, found: set[str]) -> None:
        """Note that a look is complete, and in which folders it found photos."""
        self._is_first = False
        for kept in (self._resting, self._restless):
            for folder in kept.keys() - found:
                del kept[folder]

    def _alike(self, listing: Listing) -> Listing:
        if self._is_first:
            return settled(listing, None)[0]
        earlier = self._restless.get(listing.folder)
        if earlier is None:
            return Listing(listing.folder)
        before = set(earlier.entries)
        return part(listing.folder, [entry for entry in listing.entries if entry in before])


class PollingSession:
    """Follows a root for as long as it is there."""

    def __init__(self, place: Place, *, is_other: bool) -> None:
        """``is_other`` says that another disk was there before."""
        self._place = place
        self._is_other = is_other
        self._looks = Looks()

    async def run(self) -> None:
        """Follow it until it is not there any more, or the alarm says to stop."""
        alarm = self._place.alarm
        while not alarm.stopped and await asyncio.to_thread(self._place.presence.is_same):
            await asyncio.to_thread(self._place.presence.look_at_mounts)
            begun = time.monotonic()
            await self._look()
            took = time.monotonic() - begun
            times = _BUSY if self._looks.is_busy else _CALM
            await alarm.sleep(max(self._place.options.polling, times * took))

    async def _look(self) -> None:
        found: set[str] = set()
        async for batch in self._place.batches(self._place.root):
            found.update(listing.folder for listing in batch)
            for arrival in await asyncio.to_thread(self._looks.compare, batch):
                await self._place.hand(arrival.listings, whole=arrival.whole and not self._is_other)
            if self._place.alarm.stopped:
                return
        self._looks.finished(found)
        await self._place.hand_vanished(found, is_other=self._is_other)
        self._is_other = False
