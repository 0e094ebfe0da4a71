"""What was written to an asset and is to be read back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from tagwright_adapters.immich.models import Asset, Tag

Path = tuple[str, ...]
Paths = frozenset[Path]
FEW_LOOKS = 2
"""Looks by search, after which an asset is read: it may have been put away, or have lost all."""

LATE = 5
"""Looks after which Immich's clock may have been set, or the asset put away."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to an asset, and how to see that it stays."""

    before: Asset
    since: datetime  # what Immich's clock had shown by then
    come: Paths = frozenset()
    go: Paths = frozenset()
    signs: Paths = frozenset()  # came in one request: any that is there shows that all are
    sure: bool = True  # whether Immich has anything to do at all
    doubtful: bool = False  # whether tags may go later, as in a library without sidecars


@dataclass(slots=True, eq=False)
class Waiting:
    """A change that Immich is at work on, as far as is known."""

    change: Change
    begun: float  # s
    due: float  # s, when it is looked at next
    seen: asyncio.Future[Asset]
    looks: int = 0
    again: bool = False  # whether it was through, and is only looked at once more

    @property
    def number(self) -> str:
        """The asset's identifier."""
        return self.change.before.id

    @property
    def apart(self) -> bool:
        """Whether a search per tag does not do for it."""
        change = self.change
        late = self.looks > FEW_LOOKS
        return self.again or late or change.doubtful or bool(change.go) or not change.signs

    def through(self, asset: Asset) -> bool:
        """Whether Immich is, as far as the time of change tells: other jobs raise it as well."""
        late = self.looks >= LATE
        changed = asset.updated_at != self.change.before.updated_at or not self.change.sure
        return asset.updated_at > self.change.since or (late and changed)

    def end(self, outcome: Asset | Exception) -> None:
        """Tell who waits."""
        if self.seen.done():  # it was cancelled
            return
        if isinstance(outcome, Asset):
            self.seen.set_result(outcome)
        else:
            self.seen.set_exception(outcome)

    def right(self, asset: Asset) -> bool:
        """Whether an asset has what it is to have."""
        paths = set(asset.paths)
        return self.change.come <= paths and not self.change.go & paths


def signs_of(some: Iterable[Waiting]) -> Set[Path]:
    """Return the paths of all tags that are signs."""
    return {path for one in some for path in one.change.signs}


def cover(some: Sequence[Waiting], usable: Set[Path]) -> Mapping[Path, Sequence[Waiting]]:
    """Choose few tags so that each asset has one of them as a sign; those without are left out."""
    chosen: dict[Path, Sequence[Waiting]] = {}
    left = list(some)
    while True:
        bearers: dict[Path, list[Waiting]] = {}
        for one in left:
            for path in one.change.signs & usable:
                bearers.setdefault(path, []).append(one)
        if not bearers:
            return chosen
        best = max(bearers, key=lambda path: (len(bearers[path]), path))
        chosen[best] = bearers[best]
        left = [one for one in left if best not in one.change.signs]


def shown(look: Asset, paths: Paths) -> Asset:
    """Return a look at an asset with tags that it has by now; without their identifiers."""
    tags = tuple(Tag(id="", value="/".join(path)) for path in paths)
    return look.model_copy(update={"tags": tags})
