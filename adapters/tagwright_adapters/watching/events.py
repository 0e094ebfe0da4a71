"""Following a folder by what the system tells, with a scan now and then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace

from tagwright.ports import Listing
from tagwright_adapters.watching.inotify import FolderEvents
from tagwright_adapters.watching.news import News
from tagwright_adapters.watching.presence import is_within
from tagwright_adapters.watching.session import Place
from tagwright_adapters.watching.tree import settled


class EventSession:
    """Follows a root for as long as it is there."""

    def __init__(self, place: Place, *, is_other: bool) -> None:
        """``is_other`` says that another disk was there before."""
        self._place = place
        self._is_other = is_other
        self._news = News(place.options.patience, place.alarm.ringer())
        self._events = FolderEvents(self._news)
        self._restless = False  # whether a scan met a folder in which something was not at rest
        self._soon = place.options.soon

    async def run(self) -> None:
        """Follow it until it is not there any more, or the alarm says to stop.

        Raises:
            EventsUnavailableError: the system cannot tell of so many folders.
        """
        options, alarm = self._place.options, self._place.alarm
        try:
            await asyncio.to_thread(self._place.presence.look_at_mounts)
            await self._everything()
            reconcile = self._next_scan()
            check = time.monotonic() + options.presence
            while not alarm.stopped:
                due = min(reconcile, check) - time.monotonic()
                await alarm.sleep(max(0.0, min(due, self._news.wait())))
                if time.monotonic() >= check:
                    check = time.monotonic() + options.presence
                    if not await self._is_there():
                        return
                if time.monotonic() >= reconcile:
                    await self._everything()
                    reconcile = self._next_scan()
                await self._take_news()
            await self._files()
        finally:
            self._events.close()

    def _next_scan(self) -> float:
        """Return when to scan again: soon where it is not known yet what went from a folder."""
        options, wait = self._place.options, self._place.options.reconcile
        if self._restless:
            wait = min(wait, self._soon)
        self._soon = 2 * self._soon if self._restless else options.soon
        return time.monotonic() + wait

    async def _is_there(self) -> bool:
        if not await asyncio.to_thread(self._place.presence.is_same):
            return False
        if moved := await asyncio.to_thread(self._place.presence.look_at_mounts):
            self._events.remove(map(str, moved))  # they look at what a disk has hidden since
            self._news.lost()
        return True

    async def _everything(self) -> None:
        self._restless = False
        found: set[str] = set()
        async for batch in self._place.batches(self._place.root, self._events.add):
            found.update(listing.folder for listing in batch)
            await self._hand(batch, whole=not self._is_other)
            await self._files()
            if self._place.alarm.stopped:
                return
        await self._place.hand_vanished(found, is_other=self._is_other)
        self._is_other = False

    async def _take_news(self) -> None:
        folders = self._news.take_folders()
        if folders.went:
            self._events.remove(folders.went)
            if await asyncio.to_thread(self._place.presence.is_same):
                emptied = await asyncio.to_thread(self._place.tree.went, folders.went)
                await self._place.hand(emptied, whole=True)
        for folder in folders.came:
            self._events.drop(folder)  # what is watched under this name may be another, gone one
        if folders.lost:
            await self._everything()
        else:
            await self._new_folders(folders.came)
        await self._files()

    async def _new_folders(self, folders: Iterable[str]) -> None:
        done: set[str] = set()
        for folder in sorted(folders):
            if is_within(folder, done):
                continue
            done.add(folder)
            async for batch in self._place.batches(folder, self._events.add):
                self._place.tree.found(listing.folder for listing in batch)
                await self._hand(batch, whole=True)

    async def _hand(self, batch: Iterable[Listing], *, whole: bool) -> None:
        """Hand on what rests in some folders; a folder in which something does not is not whole."""
        complete: list[Listing] = []
        partial: list[Listing] = []
        follows = self._news.follows if self._news else None
        for listing in batch:
            resting, restless = settled(listing, follows)
            for path in restless:
                if not self._news.follows(path):
                    self._news.file_touched(path)
            (partial if restless else complete).append(resting)
        self._restless = self._restless or bool(partial)
        await self._place.hand(complete, whole=whole)
        await self._place.hand(filter(None, partial), whole=False)

    async def _files(self) -> None:
        while files := self._news.take_files():
            arrival = await asyncio.to_thread(self._place.tree.look, files, self._news.looked)
            if arrival.gone and not await asyncio.to_thread(self._place.presence.is_same):
                arrival = replace(arrival, gone=())
            if arrival.listings or arrival.gone:
                await self._place.give(arrival)
