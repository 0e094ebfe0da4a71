"""The photo libraries of a person as one: what is done with a photo, its own library does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from tagwright.errors import LibraryError, StateError, TagwrightError
from tagwright.model import AssetRef, Extra, Facts, Rendition, RenditionSpec, Tag
from tagwright.ports import (
    NOTHING,
    Intend,
    PhotoAccess,
    PhotoLibrary,
    Receipt,
    Withdrawal,
)

Make = Callable[[], Awaitable[PhotoLibrary]]


class Libraries:
    """Implements :class:`tagwright.ports.PhotoAccess` for several libraries.

    Each is opened when one of its photos is first touched. The troubles of the main one are those
    of the whole. Another one that cannot be used fails its own photos, and at once after the first,
    until :meth:`try_again`: the photos of the others are no worse for it.
    """

    def __init__(self, main: PhotoLibrary, others: Mapping[str, Make]) -> None:
        """``others`` make the other libraries, by their names."""
        self.main = main
        self._others = others
        self._before: list[PhotoLibrary] = []
        self._opening = asyncio.Lock()
        self._open: dict[str, PhotoLibrary] = {}
        self._troubles: dict[str, TagwrightError] = {}

    async def of(self, name: str) -> PhotoLibrary:
        """Return a library by its name.

        Raises:
            LibraryError: there is none of that name, or it cannot be used.
        """
        if name == self.main.name:
            return self.main
        async with self._opening:
            if name not in self._open:
                self._open[name] = await self._made(name)
            return self._open[name]

    def try_again(self) -> None:
        """Forget about earlier troubles of libraries."""
        self._troubles.clear()

    def replace(self, others: Mapping[str, Make]) -> None:
        """Go on with other makers; what is in hand is finished with what is open."""
        self._others = others
        self._before += self._open.values()
        self._open.clear()
        self.try_again()

    async def content_key(self, ref: AssetRef) -> str:
        """Return the key of the picture itself."""
        async with self._at(ref) as library:
            return await library.content_key(ref)

    async def facts(self, ref: AssetRef) -> Facts:
        """Return metadata, tags and extras."""
        async with self._at(ref) as library:
            return await library.facts(ref)

    async def rendition(self, ref: AssetRef, spec: RenditionSpec) -> Rendition:
        """Return the small picture."""
        async with self._at(ref) as library:
            return await library.rendition(ref, spec)

    async def plan(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Say what :meth:`write` would change."""
        async with self._at(ref) as library:
            return await library.plan(ref, tags, withdraw, extras)

    async def write(
        self,
        ref: AssetRef,
        tags: Sequence[Tag],
        intend: Intend,
        withdraw: Withdrawal = NOTHING,
        extras: Sequence[Extra] = (),
    ) -> Receipt:
        """Add tags, and take ours back."""
        async with self._at(ref) as library:
            return await library.write(ref, tags, intend, withdraw, extras)

    async def revert(
        self,
        ref: AssetRef,
        receipts: Sequence[Receipt],
        *,
        dry_run: bool,
        intend: Intend | None = None,
        begun: Sequence[Receipt] = (),
    ) -> Receipt:
        """Take back earlier writes."""
        async with self._at(ref) as library:
            return await library.revert(ref, receipts, dry_run=dry_run, intend=intend, begun=begun)

    async def aclose(self) -> None:
        """Close all that were opened."""
        for library in (self.main, *self._before, *self._open.values()):
            await library.aclose()

    async def _usable(self, name: str) -> PhotoLibrary:
        if (earlier := self._troubles.get(name)) is not None:
            raise LibraryError(earlier.message, cure=earlier.cure) from earlier
        return await self.of(name)

    async def _made(self, name: str) -> PhotoLibrary:
        if name not in self._others:
            message = f"the library {name!r} is not configured (any more)."
            raise LibraryError(message, cure="Put the account back into the configuration.")
        try:
            return await self._others[name]()
        except TagwrightError as exc:
            raise LibraryError(exc.message, cure=exc.cure) from exc

    @asynccontextmanager
    async def _at(self, ref: AssetRef) -> AsyncIterator[PhotoAccess]:
        """Give the library of a photo."""
        try:
            yield await self._usable(ref.library)
        except LibraryError as exc:
            raise LibraryError(exc.message, asset=ref.reference, cure=exc.cure) from exc
        except StateError:
            raise
        except TagwrightError as exc:
            if ref.library == self.main.name or not exc.stops_run:
                raise
            self._troubles[ref.library] = exc
            raise LibraryError(exc.message, asset=ref.reference, cure=exc.cure) from exc
