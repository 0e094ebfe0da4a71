"""Seeing what happens in folders of files: :class:`FolderWatcher` is a watcher of the core."""

from tagwright_adapters.watching.options import WatchOptions
from tagwright_adapters.watching.watcher import FolderWatcher

__all__ = ["FolderWatcher", "WatchOptions"]
