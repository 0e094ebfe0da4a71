"""A library that is watched, and a run that lasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update

from tagwright.errors import (
    TagwrightError,
)
from tagwright.pipeline import Runner
from tagwright.state import attention
from tagwright.state.schema import assets
from tagwright_adapters.memory import (
    MemoryLibrary,
    MemoryPhoto,
    MemoryTagger,
    MemoryWatcher,
    Script,
    says,
)

CAT = ("Animals", "Cat")


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(10):
        while not (met if isinstance(met := condition(), bool) else await met):
            await asyncio.sleep(0.005)


@dataclass
class Life:
    """A library that is watched, and a run that lasts."""

    bench: Any
    script: Script = field(default_factory=lambda: says("cat"))
    library: MemoryLibrary = field(default_factory=lambda: MemoryLibrary({}))
    troubles: list[TagwrightError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tagger = MemoryTagger(lambda *about: self.script(*about))  # noqa: PLW0108 - tests change it
        self.watcher = MemoryWatcher(self.library)

    @asynccontextmanager
    async def lived(self, *others: MemoryTagger, **options: Any) -> AsyncIterator[Runner]:
        """Live for as long as the block lasts."""
        self.watcher = MemoryWatcher(self.library)
        more = {"source": self.watcher, "trouble": self.troubles.append}
        runner: Runner = await self.bench.runner(
            self.library, self.tagger, *others, **more, **options
        )
        working = asyncio.create_task(runner.run())
        try:
            yield runner
        finally:
            runner.stop()
            await working

    def put(self, *references: str) -> None:
        """Put photos into the library, each different, and have them seen."""
        for one in references:
            self.library.photos[one] = MemoryPhoto(one.encode())
        self.watcher.saw(*references)

    def is_tagged(self, *references: str) -> bool:
        return all(self.library.photos[one].tags == [CAT] for one in references)

    async def has(self, **counts: int) -> bool:
        found: dict[str, int] = await self.bench.lane(attention.counts)
        return found == counts

    async def let_time_pass(self, runner: Runner, seconds: float = 4000) -> None:
        """As if so much time had gone by."""
        earlier = update(assets).values(due_at=assets.c.due_at - seconds)
        await self.bench.lane(lambda c: c.execute(earlier))
        runner.go_on()
