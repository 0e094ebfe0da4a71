"""What was heard of a tree of folders and not yet looked into, across threads."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tagwright_adapters.files.scan import is_wanted_file, is_wanted_folder
from tagwright_adapters.files.sidecars import is_sidecar
from tagwright_adapters.watching.stability import Patience, StabilityTracker, State, Verdict

_MOST = 100_000  # files followed at a time; beyond that a scan is cheaper
_AT_ONCE = 500  # looks at files between two looks at everything else


@dataclass(frozen=True, slots=True)
class Folders:
    """News of whole folders, as paths."""

    came: tuple[str, ...]
    went: tuple[str, ...]
    lost: bool  # whether some news was lost, so that everything is to be looked at


class News:
    """Collects news from a thread that must not wait, each file and folder once.

    Names that a scan would pass over are passed over here, our own temporary files among them.
    """

    def __init__(self, patience: Patience, wake: Callable[[], None]) -> None:
        """``wake`` is called, from any thread, when there is something new."""
        self._lock = threading.Lock()
        self._wake = wake
        self._files = StabilityTracker(patience)
        self._went: set[str] = set()  # files that were said to be gone
        self._folders_came: dict[str, None] = {}
        self._folders_went: dict[str, None] = {}
        self._lost = False

    def __bool__(self) -> bool:
        """Whether any file is followed."""
        return bool(self._files)

    def file_touched(self, path: str) -> None:
        """Hear that a file was made, or may be written still."""
        self._hear(path, self._files.touched)

    def file_closed(self, path: str) -> None:
        """Hear that a file was written and closed."""
        self._hear(path, self._files.closed)

    def file_renamed(self, source: str, path: str) -> None:
        """Hear that a file got a new name in the tree."""
        self._hear(path, lambda path, now: self._files.renamed(source, path, now))
        self.file_went(source)

    def file_came(self, path: str) -> None:
        """Hear that a file was moved in, complete."""
        self.file_closed(path)

    def file_went(self, path: str) -> None:
        """Hear that a file was deleted or moved away."""
        self._hear(path, self._files.vanished, went=True)

    def folder_came(self, path: str) -> None:
        """Hear that a folder was made or moved in."""
        if is_wanted_folder(_name(path)):
            with self._lock:
                self._folders_came[path] = None
            self._wake()

    def folder_went(self, path: str) -> None:
        """Hear that a folder was deleted or moved away."""
        if is_wanted_folder(_name(path)):
            with self._lock:
                self._folders_went[path] = None
            self._wake()

    def lost(self) -> None:
        """Hear that something happened, and not what."""
        with self._lock:
            self._lost = True
        self._wake()

    def take_folders(self) -> Folders:
        """Return the news of folders, once."""
        with self._lock:
            news = Folders(tuple(self._folders_came), tuple(self._folders_went), self._lost)
            self._folders_came.clear()
            self._folders_went.clear()
            self._lost = False
        return news

    def take_files(self) -> list[tuple[str, bool]]:
        """Return files to be looked at, each with whether it was said to be gone."""
        with self._lock:
            paths = self._files.take_due(time.monotonic(), _AT_ONCE)
            return [(path, path in self._went) for path in paths]

    def looked(self, path: str, state: State | None) -> Verdict:
        """Judge a file by what a look at it showed; None: it is not there."""
        with self._lock:
            verdict = self._files.looked(path, state, time.monotonic())
            if verdict is not Verdict.WAITS:
                self._went.discard(path)
            return verdict

    def follows(self, path: str) -> bool:
        """Say whether a file is known not to be at rest yet."""
        with self._lock:
            return path in self._files

    def wait(self) -> float:
        """Return how many seconds from now a file is to be looked at; infinite if none is."""
        with self._lock:
            due = self._files.next_due()
        return math.inf if due is None else max(0.0, due - time.monotonic())

    def _hear(self, path: str, tell: Callable[[str, float], None], *, went: bool = False) -> None:
        if not is_wanted_file(name := _name(path)) and not is_sidecar(name):
            return
        with self._lock:
            tell(path, time.monotonic())
            (self._went.add if went else self._went.discard)(path)
            if len(self._files) > _MOST:
                self._files.clear()
                self._went.clear()
                self._lost = True
        self._wake()


def _name(path: str) -> str:
    return path[path.rfind("/") + 1 :]
