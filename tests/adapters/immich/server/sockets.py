"""The websocket: who listens to an account with a key for everything hears of its assets."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import socketio  # type: ignore[import-untyped]  # has no types
from tests.adapters.immich.server.assets import Asset
from tests.adapters.immich.server.library import Library
from tests.adapters.loopback import Received

PATH = "/api/socket.io/"
_UNHEARD = ("hidden", "locked")


class Sockets:
    """All who listen."""

    def __init__(self, library: Library, version: Callable[[], str]) -> None:
        """Tell of what happens in a library, as a server of some version does."""
        self._library = library
        self._version = version
        self._service = socketio.Server(
            async_mode="threading",
            async_handlers=False,
            always_connect=True,  # those who are refused are let in first
            transports=["websocket"],
            monitor_clients=False,
        )
        self._service.on("connect", self._connected)
        self._service.on("disconnect", self._left)
        self._listening: set[str] = set()

    @property
    def heard_by(self) -> int:
        """How many listen."""
        return len(self._listening)

    def serve(self, received: Received, connection: socket.socket) -> None:
        """Speak with one who asked for a websocket, until either hangs up."""
        environ = {
            "REQUEST_METHOD": received.method,
            "PATH_INFO": received.path,
            "QUERY_STRING": received.target.partition("?")[2],
            "werkzeug.socket": connection,
        }
        for name, value in received.headers.items():
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        with suppress(OSError):  # how it says that the connection is used up
            self._service.handle_request(environ, lambda *_: None)

    def ready(self, asset: Asset) -> None:
        """Say that an upload has its thumbnail."""
        if asset.visibility in _UNHEARD:
            return
        name = "AssetUploadReadyV1" if self._library.view.old else "AssetUploadReadyV2"
        self._tell("on_upload_success", asset, self._full(asset))
        self._tell(name, asset, self._library.view.upload_ready(asset))

    def updated(self, asset: Asset) -> None:
        """Say that what was changed in an asset was written to its sidecar, and read."""
        self._tell("on_asset_update", asset, self._full(asset))

    def _full(self, asset: Asset) -> dict[str, Any]:
        shown = self._library.view.full(asset, self._library.tags_of(asset))
        return {key: value for key, value in shown.items() if key != "stack"}

    def _tell(self, name: str, asset: Asset, told: dict[str, Any]) -> None:
        self._service.emit(name, told, to=asset.owner)

    def _connected(self, number: str, environ: dict[str, Any], _: Any = None) -> bool:
        key = environ.get("HTTP_X_API_KEY")
        by = next((one for one in self._library.accounts.values() if one.key == key), None)
        if by is None or "all" not in by.permissions:
            self._service.emit("error", "unauthorized", to=number)
            return False
        self._service.enter_room(number, by.id)
        self._service.emit("on_server_version", _version(self._version()), to=number)
        self._listening.add(number)
        return True

    def _left(self, number: str, _: Any = None) -> None:
        self._listening.discard(number)


def _version(version: str) -> dict[str, Any]:
    major, minor, patch = map(int, version.split("."))
    numbers = {"major": major, "minor": minor, "patch": patch}
    if major > 2:
        return numbers | {"prerelease": None}
    about = {"options": {}, "loose": False, "includePrerelease": False, "raw": version}
    return about | numbers | {"prerelease": [], "build": [], "version": version}
