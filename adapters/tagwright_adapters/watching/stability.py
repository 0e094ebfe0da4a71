"""When a file that is being written is at rest.

Pure: it is told what happened, what a look at the file showed, and the time.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from enum import Enum

from tagwright_adapters.files.pairing import pictures_for

State = tuple[int, int]
"""Size (bytes) and modification time (ns) of a file."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a file must be quiet; seconds."""

    closed: float = 0.2  # after whoever wrote it has closed it
    open: float = 2.0  # when nobody was seen to close it
    second: float = 2.0  # more, of what may be the second file of a shot: the first comes after
    growing: float = 3600.0  # after which one that never came to rest is left alone


class Verdict(Enum):
    """What is to be done about a file."""

    WAITS = "it is looked at again"
    RESTS = "it can be worked on"
    GONE = "it is not there"
    LEFT = "it has been growing for too long, and is left alone until something happens to it"


@dataclass(slots=True)
class _File:
    since: float  # when it was first heard of
    quiet_since: float
    closed: bool
    due: float = math.inf  # when it is to be looked at; infinite while that is being done
    state: State | None = None  # at the last look


class StabilityTracker:
    """Follows files from the first news of them until they are at rest.

    A file is looked at when there is news of it, and again when it has been quiet for long enough;
    it rests if both looks show the same. Cases that this is made for:

    - written once and closed: rests ``closed`` seconds later;
    - closed, then opened again by the next program (copy, then set the metadata): the second look
      shows another size or time, so that the longer ``open`` time counts until the next close;
    - never closed as far as we can see (made before its folder was watched, hard-linked, written
      on another machine): rests after ``open`` seconds without change;
    - renamed into place: complete, unless it was followed under its old name and not closed;
    - renamed while it is written: stays as open as it was;
    - created empty, to be filled later (Firefox, Samba, preallocating tools): an empty file never
      rests;
    - a RAW file or a film, which is tagged by the picture of the same shot: rests ``second``
      seconds later than others, as cameras and phones often send the picture after it, and not
      before that picture does;
    - deleted, or deleted and made again: news like any other; only a look decides;
    - growing, or empty, for more than ``growing`` seconds since it was last closed (a recording,
      a broken writer): left alone; any news of it starts anew.

    Sizes and times are only compared for being equal, and ``now`` only grows (a monotonic clock),
    so that jumps of the wall clock and odd clocks of file servers do no harm.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._files: dict[str, _File] = {}
        self._order: list[tuple[float, str]] = []  # a heap; outdated rows are passed over

    def __len__(self) -> int:
        """How many files are followed."""
        return len(self._files)

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def touched(self, path: str, now: float) -> None:
        """Hear that something happened to a file, and it may still be written."""
        self._hear(path, now, closed=False)

    def closed(self, path: str, now: float) -> None:
        """Hear that whoever wrote a file has closed it."""
        self._hear(path, now, closed=True)

    def vanished(self, path: str, now: float) -> None:
        """Hear that a file is gone; it may be back under this name or another in a moment."""
        file = self._files.setdefault(path, _File(now, now, closed=True))
        file.quiet_since = now
        self._plan(path, now + self._patience.closed)

    def renamed(self, source: str, path: str, now: float) -> None:
        """Hear that a file got a new name; the old one is to be told of apart."""
        earlier = self._files.pop(source, None)
        self._hear(path, now, closed=earlier is None or earlier.closed)
        if earlier is not None:
            self._files[path].since = earlier.since
            self._files[path].state = earlier.state

    def clear(self) -> None:
        """Follow nothing any more."""
        self._files.clear()
        self._order.clear()

    def next_due(self) -> float | None:
        """Return when the next look is due, if any is."""
        while self._order and not self._is_current(*self._order[0]):
            heapq.heappop(self._order)
        return self._order[0][0] if self._order else None

    def take_due(self, now: float, at_most: int) -> list[str]:
        """Return files that are to be looked at now; each must be given to :meth:`looked`."""
        paths: list[str] = []
        while len(paths) < at_most and (due := self.next_due()) is not None and due <= now:
            _, path = heapq.heappop(self._order)
            self._files[path].due = math.inf
            paths.append(path)
        return paths

    def looked(self, path: str, state: State | None, now: float) -> Verdict:
        """Judge a file by what a look at it showed; None: it is not there."""
        file = self._files.get(path)
        if file is None or state is None:
            self._files.pop(path, None)
            return Verdict.GONE if state is None else Verdict.WAITS
        if file.state != state:
            file.closed = file.closed and file.state is None
            file.state, file.quiet_since = state, max(now, file.quiet_since)
        is_quiet = now >= file.quiet_since + self._need(path, file)
        if state[0] and is_quiet and not any(one in self._files for one in pictures_for(path)):
            del self._files[path]
            return Verdict.RESTS
        if now - file.since >= self._patience.growing:
            del self._files[path]
            return Verdict.LEFT
        self._plan(path, max(now, file.quiet_since) + self._need(path, file))
        return Verdict.WAITS

    def _hear(self, path: str, now: float, *, closed: bool) -> None:
        file = self._files.get(path)
        if file is None:
            self._files[path] = _File(now, now, closed=closed)
        else:
            file.closed, file.quiet_since = closed, now
            if closed:
                file.since = now
                file.state = None  # what was seen while it was open says nothing
        self._plan(path, now)

    def _need(self, path: str, file: _File) -> float:
        is_complete = file.closed and file.state is not None and file.state[0] > 0
        more = self._patience.second if pictures_for(path) else 0.0
        return more + (self._patience.closed if is_complete else self._patience.open)

    def _plan(self, path: str, due: float) -> None:
        file = self._files[path]
        if file.due != due:
            file.due = due
            heapq.heappush(self._order, (due, path))

    def _is_current(self, due: float, path: str) -> bool:
        file = self._files.get(path)
        return file is not None and file.due == due
