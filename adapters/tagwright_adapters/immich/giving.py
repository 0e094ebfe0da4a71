"""Giving tags to assets; those that want the same ones at the same time share a request."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tagwright_adapters.immich.book import TagBook
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichError, ImmichMissingError
from tagwright_adapters.immich.patience import Patience

Path = tuple[str, ...]
Paths = frozenset[Path]
# Where somebody was quicker, all that share a request are taken to be theirs: so not too many.
_MOST = 10  # assets


@dataclass(frozen=True, slots=True)
class Given:
    """What came of giving tags to one asset."""

    whole: bool = False  # whether all of them were new
    theirs: Paths = frozenset()  # were there, or may have been: somebody was quicker
    began: bool | None = True  # whether Immich has a sidecar to write now; None: it is not known


_Members = dict[str, asyncio.Future[Given]]


class Giving:
    """Gathers what is to be given for a moment, unless there is nobody else to wait for."""

    def __init__(self, client: ImmichClient, book: TagBook, patience: Patience) -> None:
        """Give over this client."""
        self._client = client
        self._book = book
        self._patience = patience
        self._waiting: dict[tuple[Paths, bool], _Members] = {}
        self._next: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def give(self, asset: str, tags: Paths, *, read: bool, alone: bool) -> Given:
        """Give tags to an asset that lacks them, as far as is known.

        Args:
            asset: Its identifier; once at a time.
            tags: Their paths.
            read: Whether it was read just now; it does not share a request with such as were not.
            alone: Whether no other asset is being written to.

        Raises:
            ImmichError: it failed, and perhaps was done all the same.
        """
        done: asyncio.Future[Given] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault((tags, read), {})[asset] = done
        if self._next is None:
            self._next = asyncio.create_task(self._soon(0.0 if alone else self._patience.company))
            self._tasks.add(self._next)
            self._next.add_done_callback(self._tasks.discard)
        return await done

    async def aclose(self) -> None:
        """Give nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for members in self._waiting.values():
            for done in members.values():
                done.cancel()

    async def _soon(self, pause: float) -> None:
        await self._patience.sleep(pause)
        waiting, self._waiting, self._next = self._waiting, {}, None
        groups = [
            (tags, dict(part)) for (tags, _), members in waiting.items() for part in _parts(members)
        ]
        try:
            wanted = {tag for tags, _ in waiting for tag in tags}
            numbers = await self._patience.ask(lambda: self._book.numbers(wanted))
        except Exception as exc:  # noqa: BLE001 - those who wait are told, whatever it is
            for _, members in groups:
                _fail(members, exc)
            return
        await asyncio.gather(*(self._group(*one, numbers) for one in groups))

    async def _group(self, tags: Paths, members: _Members, numbers: Mapping[Path, str]) -> None:
        try:
            given = await self._give(tags, list(members), numbers)
        except Exception as exc:  # noqa: BLE001 - those who wait are told, whatever it is
            _fail(members, exc)
            return
        for asset, done in members.items():
            if not done.done():
                done.set_result(given.get(asset, Given(whole=True)))

    async def _give(
        self, tags: Paths, assets: Sequence[str], numbers: Mapping[Path, str]
    ) -> Mapping[str, Given]:
        """Give all to all; return what came of those that are not all new."""
        if lacking := sorted(tags - numbers.keys()):
            raise ImmichError(f"Immich does not make a tag named {'/'.join(lacking[0])!r}.")
        new = await self._client.tags.give(assets, [numbers[tag] for tag in tags])
        if new == len(assets) * len(tags):
            return {}
        self._book.forget(tags)  # some may be gone, and Immich does not tell
        found = await asyncio.gather(*(self._there(one, tags) for one in assets))
        valid = await self._patience.ask(lambda: self._valid(tags, numbers))
        living = [paths for paths in found if paths is not None]
        if new == len(living) * len(valid):
            return dict.fromkeys(assets, Given(began=bool(new)))
        began, there = None if new else False, zip(assets, found, strict=True)
        return {asset: Given(theirs=paths or frozenset(), began=began) for asset, paths in there}

    async def _valid(self, tags: Paths, numbers: Mapping[Path, str]) -> Paths:
        """Return those of these tags that are still there, under these identifiers."""
        known = await self._client.tags.all()
        return tags & {tag.path for tag in known if numbers.get(tag.path) == tag.id}

    async def _there(self, asset: str, tags: Paths) -> Paths | None:
        try:
            found = await self._patience.ask(lambda: self._client.assets.get(asset))
        except ImmichMissingError:
            return None  # whoever reads it back finds out
        except ImmichError:
            return tags  # it cannot be told whose they are
        return tags & set(found.paths)


def _parts(members: _Members) -> Iterable[Sequence[tuple[str, asyncio.Future[Given]]]]:
    """Part assets into requests; nobody waits any more for those that were cancelled."""
    wanted = [(asset, done) for asset, done in members.items() if not done.done()]
    return [wanted[start : start + _MOST] for start in range(0, len(wanted), _MOST)]


def _fail(members: _Members, exc: Exception) -> None:
    for done in members.values():
        if not done.done():
            told = copy.copy(exc)  # whoever takes it may write the asset into it
            told.__cause__ = exc
            done.set_exception(told)
