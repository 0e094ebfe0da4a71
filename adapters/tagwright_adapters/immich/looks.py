"""What assets were like a moment ago, so that not each step of the way reads them again.

A search shows all of an asset but its tags; another one shows which assets have none. So what is
new and has no tags is known without reading each asset by itself. Such a look is good for some
minutes, once for telling what is known and once for writing: a write finds out by itself whether
somebody was quicker (:mod:`~tagwright_adapters.immich.giving`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from tagwright_adapters.immich.models import Asset

_MOMENT = 1.0  # s that an asset that was read by itself is taken to be the same
_FRESH = 300.0  # s that one without tags is taken to have none
_MOST = 4_000  # looks, assets that were written to, and names
_WRITING = datetime.max.replace(tzinfo=UTC)
_Kept = TypeVar("_Kept")


@dataclass(slots=True)
class _Look:
    at: float  # s
    asset: Asset
    found: bool  # by a search
    told: bool = False


class Looks:
    """Looks at assets, the latest of each; few enough that memory stays flat."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin without any; the clock counts in seconds."""
        self._clock = clock
        self._held: dict[str, _Look] = {}
        self._floors: dict[str, datetime] = {}  # looks must be later than that
        self._names: dict[str, str] = {}

    def seen(self, assets: Iterable[Asset], untagged: Set[str]) -> None:
        """Keep what a search found; those with tags are only known to have changed."""
        for asset in assets:
            self._name(asset)
            held = self._held.get(asset.id)
            same = held is not None and held.asset.updated_at == asset.updated_at
            if same and asset.id not in untagged:
                continue
            self._held.pop(asset.id, None)
            floor = self._floors.get(asset.id)
            late = floor is None or asset.updated_at > floor
            if asset.id in untagged and asset.exif is not None and late:
                self._keep(asset.model_copy(update={"tags": ()}), found=True)

    def read(self, asset: Asset) -> None:
        """Keep an asset that was read by itself."""
        self._name(asset)
        self._keep(asset, found=False)

    def called(self, number: str) -> str:
        """Return the name of an asset's file; empty: it is long since it was seen."""
        return self._names.get(number, "")

    def peek(self, number: str) -> Asset | None:
        """Return an asset that was found, for what never changes about it or shows in searches."""
        look = self._fresh(number)
        return look.asset if look and look.found else None

    def glance(self, number: str) -> Asset | None:
        """Return an asset that was found, or was read just now, for what never changes about it."""
        look = self._fresh(number)
        known = look is not None and (look.found or self._age(look) < _MOMENT)
        return look.asset if look and known else None

    def tell(self, number: str) -> Asset | None:
        """Return an asset for what is known of it, once."""
        look = self._fresh(number)
        if look is None or look.told or not (look.found or self._age(look) < _MOMENT):
            return None
        look.told = True
        return look.asset

    def gate(self, number: str) -> Asset | None:
        """Return an asset that is ready to be written to and had no tags, once.

        Its ``tags`` are None: it may have some by now.
        """
        look = self._fresh(number)
        if look is None or look.asset.tags or look.asset.thumbhash is None:
            return None
        del self._held[number]
        return look.asset.model_copy(update={"tags": None})

    def begin(self, number: str) -> None:
        """Forget an asset that is about to be written to, and what is seen of it meanwhile."""
        self._held.pop(number, None)
        _make_room(self._floors)
        self._floors[number] = _WRITING

    def end(self, asset: Asset) -> None:
        """Heed again what is seen of an asset, if it is later than the write."""
        self._held.pop(asset.id, None)
        self._floors[asset.id] = asset.updated_at

    def _name(self, asset: Asset) -> None:
        self._names.pop(asset.id, None)
        _make_room(self._names)
        self._names[asset.id] = asset.original_file_name

    def _keep(self, asset: Asset, *, found: bool) -> None:
        self._held.pop(asset.id, None)
        _make_room(self._held)
        self._held[asset.id] = _Look(self._clock(), asset, found)

    def _fresh(self, number: str) -> _Look | None:
        look = self._held.get(number)
        if look is None:
            return None
        if self._age(look) < (_MOMENT if look.asset.tags else _FRESH):
            return look
        del self._held[number]
        return None

    def _age(self, look: _Look) -> float:
        return self._clock() - look.at


def _make_room(held: dict[str, _Kept]) -> None:
    while len(held) >= _MOST:
        del held[next(iter(held))]
