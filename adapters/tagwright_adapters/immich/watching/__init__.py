"""Seeing what is new or changed in an account of Immich."""

from tagwright_adapters.immich.watching.looking import survey
from tagwright_adapters.immich.watching.memory import Memory, Position
from tagwright_adapters.immich.watching.watcher import ImmichWatcher, WatchOptions

__all__ = ["ImmichWatcher", "Memory", "Position", "WatchOptions", "survey"]
