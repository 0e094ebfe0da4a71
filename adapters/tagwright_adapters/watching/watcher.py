"""A watcher of folders of files, for the core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

from tagwright.errors import ConfigurationError
from tagwright.ports import Arrival
from tagwright_adapters.files.names import resolved, to_reference
from tagwright_adapters.watching.following import Following
from tagwright_adapters.watching.options import WatchOptions

_HELD = 4  # arrivals that nobody has taken yet; then the looking waits, and news is joined


class FolderWatcher:
    """Implements :class:`tagwright.ports.Watcher` for folders of files.

    Each folder is scanned when the watching starts and now and then, and what happens in between
    is told by the system, or found by looking again and again where another machine writes to the
    disk. What a scan skips is never named, hidden files and with them our own temporary ones
    included. Our own tags are another matter: the finished file is renamed into its place, which
    looks like anybody's change. So the asset is named, with its size and time as they are now, and
    whoever listens finds that these are the ones that were noted with the write.

    An empty listing in an arrival that is ``whole`` stands for a folder that holds no photos any
    more. A change to a sidecar names the photo.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        options: WatchOptions | None = None,
        *,
        known: Iterable[str] = (),
    ) -> None:
        """``known`` are references of folders known to have held photos, to see what went since.

        Raises:
            ConfigurationError: a root is a file.
        """
        paths = dict.fromkeys(map(resolved, roots))
        if files := [path for path in paths if path.is_file()]:
            raise ConfigurationError(
                f"{to_reference(files[0])} is a file, and only folders can be watched.",
                cure="Name the folder in which it lies.",
            )
        given = options or WatchOptions()
        known = tuple(known)
        self._queue: asyncio.Queue[Arrival | None] = asyncio.Queue(_HELD)
        self._followings = [
            Following(path, given, known, self._queue.put)
            for path in paths
            if not paths.keys() & set(path.parents)  # it is met on the way
        ]

    async def arrivals(self) -> AsyncIterator[Arrival]:
        """Yield what came to rest, soon after it did; ends when :meth:`stop` was called."""
        task = asyncio.create_task(self._follow())
        try:
            while (arrival := await self._queue.get()) is not None:
                yield arrival
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def stop(self) -> None:
        """Look at nothing more; what has come to rest is still handed over."""
        for following in self._followings:
            following.stop()

    async def _follow(self) -> None:
        tasks = [asyncio.create_task(following.run()) for following in self._followings]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await self._queue.put(None)
