"""What can go wrong at the websocket."""

from __future__ import annotations

from tagwright_adapters.immich.errors import ImmichPermissionError, ImmichUnavailableError


class SocketError(ImmichUnavailableError):
    """The websocket cannot be opened, or has broken."""


class RefusedError(ImmichPermissionError):
    """The key may not listen at the websocket."""
