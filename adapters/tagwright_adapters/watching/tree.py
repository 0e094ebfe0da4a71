"""One tree of folders as it is now, and what it held before; blocking."""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from contextlib import suppress
from itertools import islice
from pathlib import Path
from stat import S_ISREG

from tagwright.ports import Arrival, Entry, Listing
from tagwright_adapters.files import sidecars
from tagwright_adapters.files.names import resolved, to_path, to_reference
from tagwright_adapters.files.replacing import clean_leftovers
from tagwright_adapters.files.scan import folder_reference, is_wanted_file, scan
from tagwright_adapters.files.stamps import stamp
from tagwright_adapters.files.unfinished import has_companion
from tagwright_adapters.watching.presence import is_within
from tagwright_adapters.watching.stability import State, Verdict

logger = logging.getLogger(__name__)

_BATCH = 50  # folders in an arrival
_FRESH = 60 * 10**9  # ns; what was modified since may be written still
_UNKNOWN: State = (0, 0)  # as an empty file, which never rests

Judge = Callable[[str, State | None], Verdict]


class Tree:
    """Reads folders below ``root`` and remembers which of them held photos."""

    def __init__(self, root: Path, known: Iterable[str] = ()) -> None:
        """``known`` are the references of folders that held photos earlier, from anywhere."""
        self.root = root
        prefix = folder_reference(os.fspath(root))
        self._known = {folder for folder in known if folder.startswith(prefix)}
        self._unreadable: set[str] = set()
        self._said: set[tuple[Path, str]] = set()

    @property
    def is_known(self) -> bool:
        """Whether it held photos."""
        return bool(self._known)

    def read(
        self, folder: str, entering: Callable[[str], object] | None = None
    ) -> Iterator[list[Listing]]:
        """Yield what lies in a folder and below, several folders at a time."""
        self._unreadable.clear()
        listings = scan([Path(folder)], self._skipped, clean_leftovers, entering)
        while batch := list(islice(listings, _BATCH)):
            yield batch

    def found(self, folders: Iterable[str]) -> None:
        """Remember that folders hold photos."""
        self._known.update(folders)

    def vanished(self, found: Set[str], absent: Iterable[Path]) -> tuple[Listing, ...]:
        """Return empty listings for folders that held photos and hold none now.

        Args:
            found: All folders with photos, as just read.
            absent: Where disks were mounted that are not there now.

        A tree in which nothing is where it was is another disk, or none: nothing is said of it.
        """
        if not found & self._known:
            self._known.update(found)
            return ()
        unclear = self._unreadable | {os.fspath(point) for point in absent}
        gone = {
            folder
            for folder in self._known - found
            if not is_within(_path(folder), unclear) and not _holds_photos(folder)
        }
        self._known -= gone
        self._known |= found
        return tuple(map(Listing, sorted(gone)))

    def went(self, folders: Iterable[str]) -> tuple[Listing, ...]:
        """Return empty listings for what was known in and below folders that are not there."""
        gone = frozenset(folder for folder in folders if not _is_folder(folder))
        emptied = {one for one in self._known if is_within(_path(one), gone)}
        self._known -= emptied
        return tuple(map(Listing, sorted(emptied)))

    def look(self, files: Iterable[tuple[str, bool]], judge: Judge) -> Arrival:
        """Look at single files, given with whether they were said to be gone."""
        resting: dict[str, list[Entry]] = {}
        gone: list[str] = []
        for path, went in files:
            state = _state(path)
            if went and state is not None and not _is_spelled(path):
                state = None
            verdict = judge(path, state)
            if verdict is Verdict.LEFT:
                logger.warning("%s: left alone: it is empty, or keeps growing", to_reference(path))
            if verdict not in (Verdict.RESTS, Verdict.GONE):
                continue
            if sidecars.is_sidecar(os.path.basename(path)):  # noqa: PTH119 - a Path costs more
                for photo in sidecars.photos_of(Path(path)):
                    self._add(resting, os.fspath(photo), _state(os.fspath(photo)))
            elif state is None:
                gone.append(to_reference(path))
            else:
                self._add(resting, path, state)
        listings = tuple(
            Listing.of(folder, dict.fromkeys(each)) for folder, each in resting.items()
        )
        return Arrival(listings, gone=tuple(gone))

    def _add(self, resting: dict[str, list[Entry]], path: str, state: State | None) -> None:
        if not state or not state[0]:
            return
        folder, _, name = path.rpartition("/")
        reference = folder_reference(folder)
        self._known.add(reference)
        with suppress(OSError):  # it went just now, which will be told
            entry = Entry(to_reference(name), *stamp(Path(path)))
            resting.setdefault(reference, []).append(entry)

    def _skipped(self, path: Path, reason: str) -> None:
        if os.path.lexists(path):  # else it went while the folder was read
            self._unreadable.add(os.fspath(path))
            if (path, reason) not in self._said:
                self._said.add((path, reason))
                logger.warning("%s: skipped: %s", to_reference(path), reason)


def settled(listing: Listing, follows: Callable[[str], bool] | None) -> tuple[Listing, list[str]]:
    """Part what rests in a folder that was just read from what may be written still.

    Args:
        listing: Not empty.
        follows: Says whether a path is known not to rest yet; None: none is.

    Returns:
        The listing without the second kind, and the paths of those.
    """
    now = time.time_ns()
    if follows is None and max(listing.times) < now - _FRESH:
        return listing, []
    resting, restless = [], []
    for entry in listing.entries:
        path = os.fspath(to_path(listing.folder + entry.name))
        if abs(now - entry.modified) < _FRESH or (follows and follows(path)):
            restless.append(path)
        else:
            resting.append(entry)
    return part(listing.folder, resting), restless


def part(folder: str, entries: Sequence[Entry]) -> Listing:
    """Return a listing of some entries, perhaps none."""
    return Listing.of(folder, entries) if entries else Listing(folder)


def _path(folder: str) -> str:
    return os.fspath(to_path(folder))


def _holds_photos(folder: str) -> bool:
    path = to_path(folder)
    try:
        return any(map(is_wanted_file, os.listdir(path))) and resolved(path) == path
    except OSError as exc:
        return exc.errno not in (errno.ENOENT, errno.ENOTDIR)


def _is_folder(path: str) -> bool:
    """Say whether something is there under this very name, on a disk that ignores case too."""
    return os.path.lexists(path) and os.fspath(resolved(Path(path))) == path


def _state(path: str) -> State | None:
    try:
        known = os.stat(path)  # noqa: PTH116 - a Path costs more
    except OSError as exc:
        return None if exc.errno in (errno.ENOENT, errno.ENOTDIR) else _UNKNOWN
    if not S_ISREG(known.st_mode):
        return _UNKNOWN
    return (0 if has_companion(path) else known.st_size, known.st_mtime_ns)


def _is_spelled(path: str) -> bool:
    """Say whether a file is there under this very name, on a disk that ignores case too."""
    folder, _, name = path.rpartition("/")
    try:
        return name in os.listdir(folder or "/")
    except OSError:
        return os.path.lexists(path)
