"""Libraries that take their time over a write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from tagwright.model import AssetRef, Extra, Facts, Tag
from tagwright.ports import NOTHING, Intend, Receipt, SlowLibrary, Withdrawal
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

_PHOTOS = 20
_READY = 8  # that one tagger which is asked about four at a time has made ready


class _Slow(MemoryLibrary):
    """Writes to all at once or to none."""

    writes_at_once = _PHOTOS

    def __init__(self) -> None:
        super().__init__({f"p/{n}.jpg": MemoryPhoto(b"%d" % n) for n in range(_PHOTOS)})
        self.begun = 0
        self.writing = 0
        self.most_ready = 0
        self._all = asyncio.Event()

    async def facts(self, ref: AssetRef) -> Facts:
        self.begun += 1
        self.most_ready = max(self.most_ready, self.begun - self.writing)
        return await super().facts(ref)

    async def write(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        intend: Intend,
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        self.writing += 1
        if self.writing == _PHOTOS:
            self._all.set()
        async with asyncio.timeout(20):
            await self._all.wait()
        return await super().write(ref, tags, intend, withdraw, extras)


async def test_writes_wait_beside_what_is_made_ready(bench: Any) -> None:
    """Photos that only wait for the library hold up no others, and no more are made ready."""
    library = _Slow()
    assert isinstance(library, SlowLibrary)
    tally = await (await bench.runner(library, MemoryTagger(says("cat")))).run()
    assert tally.tagged == _PHOTOS
    assert library.most_ready == _READY
