"""Hearing at once of what happens in an account, where its key may do everything."""

from tagwright_adapters.immich.listening.lane import Announce, listen

__all__ = ["Announce", "listen"]
