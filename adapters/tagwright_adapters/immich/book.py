"""The identifiers of the account's tags."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set

from tagwright_adapters.immich.colouring import Painter
from tagwright_adapters.immich.errors import ImmichTagGoneError
from tagwright_adapters.immich.models import Tag
from tagwright_adapters.immich.tags import TagCalls

Path = tuple[str, ...]
Gone = Callable[[], Awaitable[Set[Path]]]
"""Is told that tags are not there any more; returns those that are not to be made again."""

_FRESH = 600.0  # s that the list of all tags is good for


class TagBook:
    """Remembers which tag has which identifier; one that is deleted is to be forgotten."""

    def __init__(
        self,
        calls: TagCalls,
        clock: Callable[[], float] = time.monotonic,
        painter: Painter | None = None,
    ) -> None:
        """Know none yet; the clock counts in seconds, and the painter colours what is made."""
        self._painter = painter
        self._calls = calls
        self._clock = clock
        self.gone: Gone | None = None  # None: tags that were deleted are made again
        self._numbers: dict[Path, str] = {}
        self._doubtful: set[Path] = set()  # that were known once, or are kept out
        self._making = asyncio.Lock()
        self._above: tuple[float, Set[Path]] | None = None

    async def numbers(self, paths: Iterable[Path]) -> Mapping[Path, str]:
        """Return identifiers by path; makes tags that are not known, all in one request.

        Those that Immich does not make are left out.

        Raises:
            ImmichTagGoneError: some were there, and somebody has deleted them for good.
        """
        wanted = set(paths)
        if not wanted <= self._numbers.keys():
            async with self._making:  # who waits here finds what the one before made
                await self._find(wanted & self._doubtful)
                if unknown := sorted(wanted - self._numbers.keys()):
                    made = await self._made(unknown)
                    self._numbers |= {path: tag.id for path, tag in made.items()}
        return {path: self._numbers[path] for path in wanted if path in self._numbers}

    async def _made(self, paths: Sequence[Path]) -> Mapping[Path, Tag]:
        if not self._painter:
            return await self._calls.upsert(paths)
        there = {tag.path for tag in await self._calls.all()}
        made = await self._calls.upsert(paths)
        await self._painter.paint(tag for path, tag in made.items() if path not in there)
        return made

    def known(self, paths: Iterable[Path]) -> Mapping[Path, str]:
        """Return the identifiers of those that are known."""
        return {path: self._numbers[path] for path in paths if path in self._numbers}

    def learn(self, tags: Iterable[Tag]) -> None:
        """Take over all tags of the account as they were a moment ago."""
        there = {tag.path: tag.id for tag in tags}
        self.doubt(self._numbers.keys() - there.keys())  # may have been made meanwhile
        self._numbers |= there

    def doubt(self, paths: Iterable[Path]) -> None:
        """Make none of these without having asked whether they are kept out."""
        for path in paths:
            self._numbers.pop(path, None)
            self._doubtful.add(path)

    def forget(self, paths: Iterable[Path]) -> None:
        """Have these looked up again."""
        for path in paths:
            if self._numbers.pop(path, None) is not None:
                self._doubtful.add(path)

    async def _find(self, doubtful: Set[Path]) -> None:
        """Look up tags that were known once: whether they are still there."""
        if not doubtful or self.gone is None:
            return
        there = {tag.path: tag.id for tag in await self._calls.all()}
        self._numbers |= {path: there[path] for path in doubtful if path in there}
        lost = doubtful - there.keys()
        kept_out = lost & await self.gone() if lost else frozenset()
        # Photos that were judged before it was known want them still, one after the other.
        self._doubtful -= doubtful - kept_out
        if kept_out:
            listed = ", ".join(sorted("/".join(path) for path in kept_out))
            raise ImmichTagGoneError(f"Somebody has deleted tags in Immich: {listed}.")

    async def above(self) -> Set[Path]:
        """Return tags that have others below them: a search for such a one finds those as well."""
        now = self._clock()
        if self._above is None or now - self._above[0] > _FRESH:
            tags = await self._calls.all()
            self._above = now, _above(tag.path for tag in tags)
        return self._above[1] | _above(self._numbers)


def _above(paths: Iterable[Path]) -> Set[Path]:
    return {path[:depth] for path in paths for depth in range(1, len(path))}
