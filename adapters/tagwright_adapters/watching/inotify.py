"""Being told by Linux what happens in folders.

Watchdog's reader of inotify is used without its recursive observer, which lists new trees as well
but watches thumbnails and trash, keeps an overflow of the queue and an exhausted limit to itself,
and warns with a megabyte of text when a tree grows while it is added. Here folders are added by
the scan that reads them, each before it is read, so that nothing falls in between.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
)

from tagwright.errors import TagwrightError
from tagwright_adapters.watching.news import News
from tagwright_adapters.watching.presence import is_within

_LIMIT = Path("/proc/sys/fs/inotify/max_user_watches")
_ROOM = 2  # times as many watches as are in use are advised
_MASK = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_MOVE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
    | InotifyConstants.IN_EXCL_UNLINK
)


class EventsUnavailableError(TagwrightError):
    """This machine does not tell what happens in folders."""


def watch_limit() -> int | None:
    """Return how many folders the system lets a user watch, if it says so."""
    try:
        return int(_LIMIT.read_text())
    except (OSError, ValueError):
        return None


class FolderEvents:
    """Tells news of the folders that are added to it; for one tree."""

    def __init__(self, news: News, limit: Callable[[], int | None] = watch_limit) -> None:
        """Start a thread that reads events.

        Raises:
            EventsUnavailableError: the system has none to give.
        """
        self._news = news
        self._limit = limit() or 0
        self._folders: dict[str, _Folder] = {}
        self._moving: dict[int, str] = {}
        self._is_closed = False
        try:
            self._reader = InotifyFD()
        except OSError as exc:
            raise EventsUnavailableError(
                f"no more programs of yours can be told of changes to files: {exc.strerror}.",
                cure="Raise the limit, and start again:"
                " sudo sysctl fs.inotify.max_user_instances=512",
            ) from exc
        self._reader.start()

    def __len__(self) -> int:
        """How many folders are watched."""
        return len(self._folders)

    def add(self, path: str) -> None:
        """Watch a folder, not those below it; one that is watched already stays so.

        Raises:
            EventsUnavailableError: the limit of watches is reached.
            OSError: the folder cannot be watched.
        """
        if self._is_closed:  # a scan may outlast whoever began it
            raise EventsUnavailableError("nobody is watching any more.")
        if path in self._folders:
            return
        if self._limit and len(self._folders) >= self._limit:
            raise self._exhausted()
        folder = _Folder(path, self)
        try:
            folder.watch = self._reader.add_callback(
                os.fsencode(path), _MASK, folder, CallbackId(id(folder))
            )
        except OSError as exc:
            if exc.errno == errno.ENOSPC:
                raise self._exhausted() from exc
            raise
        self._folders[path] = folder

    def drop(self, path: str) -> None:
        """Watch a folder no more, if it is watched; those below it still are."""
        folder = self._folders.pop(path, None)
        if folder is not None:
            self._reader.remove_callbacks([(folder.watch, CallbackId(id(folder)))])

    def remove(self, paths: Iterable[str]) -> None:
        """Watch these folders and all below them no more."""
        gone = frozenset(paths)
        for path in list(self._folders):
            if is_within(path, gone):
                self.drop(path)

    def close(self) -> None:
        """Watch nothing any more."""
        self._is_closed = True
        self._folders.clear()
        self._reader.stop()
        self._reader.join()

    def heard(self, folder: str, event: InotifyEvent) -> None:
        """Turn an event into news; called by the reader's thread, which must not be kept."""
        path = os.fsdecode(os.path.join(os.fsencode(folder), event.name))  # noqa: PTH118 - bytes
        if event.is_directory:
            if event.is_moved_from or event.is_delete:
                self._news.folder_went(path)
            else:
                self._news.folder_came(path)
        elif event.is_moved_from:
            self._moving = {event.cookie: path}  # the other half of a move follows at once
            self._news.file_went(path)
        elif event.is_moved_to:
            source = self._moving.pop(event.cookie, None)
            if source is None:
                self._news.file_came(path)
            else:
                self._news.file_renamed(source, path)
        elif event.is_delete:
            self._news.file_went(path)
        elif event.is_close_write:
            self._news.file_closed(path)
        elif event.is_create:
            self._news.file_touched(path)

    def forget(self, path: str, folder: _Folder) -> None:
        """Note that the system watches a folder no more; called by the reader's thread."""
        if self._folders.get(path) is folder:
            del self._folders[path]

    def overflowed(self) -> None:
        """Note that events were lost; called by the reader's thread."""
        self._news.lost()

    def _exhausted(self) -> EventsUnavailableError:
        advised = max(_ROOM * self._limit, 2 * 524_288)
        return EventsUnavailableError(
            f"the system lets you watch {self._limit:,} folders, and there are more.",
            cure="Raise the limit, and start again: sudo sysctl"
            f" fs.inotify.max_user_watches={advised}. To keep it over a restart of the machine:"
            f' echo "fs.inotify.max_user_watches={advised}" |'
            " sudo tee /etc/sysctl.d/60-tagwright.conf",
        )


class _Folder:
    """What watchdog calls back for one folder."""

    __slots__ = ("_events", "_path", "watch")

    def __init__(self, path: str, events: FolderEvents) -> None:
        self._path = path
        self._events = events
        self.watch = WatchDescriptor(-1)

    def on_event(self, event: InotifyEvent) -> None:
        if event.name:
            self._events.heard(self._path, event)

    def on_watch_deleted(self, _: WatchDescriptor) -> None:
        self._events.forget(self._path, self)

    def on_queue_overflow(self) -> None:
        self._events.overflowed()
