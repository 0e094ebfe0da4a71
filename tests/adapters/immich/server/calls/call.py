"""One request that was let in, and how it is turned down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.adapters.immich.server.account import Account
from tests.adapters.immich.server.assets import Asset
from tests.adapters.immich.server.jobs import Jobs
from tests.adapters.immich.server.library import Library


class RefusedError(Exception):
    """The server says no."""

    def __init__(self, status: int, message: str | list[str]) -> None:
        """``message`` is what it says; a list where 2.x gives one."""
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Call:
    """What is asked, by whom, of what."""

    library: Library
    jobs: Jobs
    version: str
    preview: str  # "JPEG" or "WEBP"
    by: Account
    names: dict[str, str]  # from the path
    query: dict[str, str]
    body: Any

    @property
    def old(self) -> bool:
        """Whether the server is a 2.x."""
        return self.library.view.old

    def asset(self, permission: str) -> Asset:
        """Return the asset that the path names; only its owner may change it."""
        look = self.library.readable if permission != "asset.update" else self.library.owned
        asset = look(self.names["id"], self.by)
        if asset is None:
            raise missing(permission)
        return asset


Handler = Callable[[Call], Any]
"""Does what is asked; returns the body of the answer, or "" for none."""


def missing(permission: str) -> RefusedError:
    """Return how Immich speaks of what is not there, or not for the one who asks."""
    return RefusedError(400, f"Not found or no {permission} access")
