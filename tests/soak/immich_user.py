"""A person who uses Immich all the while: their will is what must be there at the end."""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.adapters.immich.server import Asset, ImmichServer
from tests.soak.painter import THINGS, path_of

_CALM = 2.0  # s since the last change: two writes at once are Immich's own to lose


@dataclass
class User:
    """Takes tags away, gives some of their own, and deletes a few altogether."""

    immich: ImmichServer
    seed: int
    took: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    gave: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    deleted: dict[str, float] = field(default_factory=dict)  # tag, and when by the server's clock
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)
        self._over = threading.Event()
        self._looks: dict[str, tuple[object, float]] = {}  # what was seen, and since when
        self._thread = threading.Thread(target=self._live)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Put it away."""
        self._over.set()
        self._thread.join()

    def delete(self) -> bool:
        """Delete one of the tags altogether, if Immich has nothing else to do; say if it was so.

        In the middle of its own work it would bring the tag back by itself, from a sidecar.
        """
        path = path_of(self._draw.choice(THINGS))
        if path in self.deleted or not self.immich.delete_if_idle(path):
            return False
        self.deleted[path] = self.immich.clock.now
        self.done["deleted"] += 1
        return True

    def _live(self) -> None:
        while not self._over.wait(0.03):
            with self.immich.lock:
                calm = [one for one in self.immich.library.assets.values() if self._is_calm(one)]
            if calm:
                one = self._draw.choice(calm)
                self._act(one)
                self._looks.pop(one.id)  # whether it changed or not

    def _is_calm(self, asset: Asset) -> bool:
        """Say whether nothing has changed about an asset for a while, tags under way included."""
        now, about = self.immich.clock.now, (asset.updated, frozenset(asset.tags))
        before, since = self._looks.get(asset.id, (None, now))
        if about != before:
            self._looks[asset.id] = about, now
            return False
        return asset.thumbhash is not None and now - since > _CALM

    def _act(self, asset: Asset) -> None:
        here = [tag for tag in self.immich.tags_of(asset) if tag.startswith("Group")]
        if here and self._draw.random() < 0.5:
            path = self._draw.choice(here)
            self.immich.untag(asset, path)
            self.took[asset.id].add(path)
            self.gave[asset.id].discard(path)
            self.done["untagged"] += 1
            return
        thing = self._draw.choice(THINGS)
        path = f"Mine/{thing}" if self._draw.random() < 0.7 else path_of(thing)
        if path in self.deleted or not here:
            return
        self.immich.tag(asset, path)
        self.gave[asset.id].add(path)
        self.took[asset.id].discard(path)
        self.done["tagged"] += 1
