"""Whether a folder is really there, so that an unmounted disk is not taken for deletions."""

from __future__ import annotations

import os
from collections.abc import Set
from enum import Enum
from pathlib import Path

from tagwright_adapters.mounts import Mounts


class Standing(Enum):
    """What became of a folder since the last look."""

    THERE = "the same as before"
    OTHER = "there for the first time, or another one than before"
    AWAY = "not there"


class Presence:
    """Follows one folder, and the disks mounted below it; blocking."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._identity: tuple[int, int] | None = None
        self._points: set[Path] = set()
        self._ever: set[Path] = set()
        self.reason = ""
        """Why it is away."""

    @property
    def was_there(self) -> bool:
        """Whether it was there at some time."""
        return self._identity is not None

    def look(self, *, is_known: bool) -> Standing:
        """Look at it. ``is_known`` says that it held photos; an empty one is away then."""
        try:
            known = self._root.stat()
            with os.scandir(self._root) as entries:
                is_empty = next(entries, None) is None
        except OSError as exc:
            self.reason = f"it cannot be read ({exc.strerror})"
            return Standing.AWAY
        identity = (known.st_dev, known.st_ino)
        if identity == self._identity:
            return Standing.THERE
        if is_empty and is_known:
            self.reason = "it is empty, as if its disk were not mounted"
            return Standing.AWAY
        self._identity = identity
        return Standing.OTHER

    def is_same(self) -> bool:
        """Say whether it is there, and the one that was looked at last."""
        try:
            known = self._root.stat()
        except OSError:
            return False
        return (known.st_dev, known.st_ino) == self._identity

    def look_at_mounts(self) -> set[Path]:
        """Return where something was mounted or unmounted below it since the last call."""
        now = self._mounted()
        moved = now ^ self._points
        self._points = now
        self._ever |= now
        return moved

    def absent(self) -> set[Path]:
        """Return where disks were mounted that are not there now."""
        return self._ever - self._mounted()

    def _mounted(self) -> set[Path]:
        return {mount.point for mount in Mounts().below(self._root)}


def is_within(path: str, folders: Set[str]) -> bool:
    """Say whether a path is one of some folders or below one."""
    while path and path not in folders:
        path = path[: path.rfind("/")] if "/" in path else ""
    return bool(path)
