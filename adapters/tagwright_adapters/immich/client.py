"""One account of one Immich server, with the calls that are needed and nothing more."""

from __future__ import annotations

from tagwright_adapters.immich.account import AccountCalls
from tagwright_adapters.immich.albums import AlbumCalls
from tagwright_adapters.immich.assets import AssetCalls
from tagwright_adapters.immich.connection import KEY, Connection
from tagwright_adapters.immich.people import PeopleCalls
from tagwright_adapters.immich.searching import SearchCalls
from tagwright_adapters.immich.tags import TagCalls
from tagwright_adapters.immich.workflows import WorkflowCalls

__all__ = ["KEY", "ImmichClient"]


class ImmichClient:
    """Takes any version from 1.135 on. Retries nothing."""

    def __init__(self, address: str, key: str, *, timeout: float = 60.0, secret: str = KEY) -> None:
        """Make a client; nothing is sent yet.

        Args:
            address: Of the server, with or without ``/api``.
            key: An API key of the account.
            timeout: Seconds for one answer, over all.
            secret: The name of the secret that holds the key, for messages.

        Raises:
            ImmichSetupError: the address or the key cannot be one.
        """
        self._connection = Connection(address, key, timeout, secret)
        self.account = AccountCalls(self._connection)
        self.tags = TagCalls(self._connection)
        self.assets = AssetCalls(self._connection)
        self.search = SearchCalls(self._connection, self.account)
        self.albums = AlbumCalls(self._connection)
        self.people = PeopleCalls(self._connection)
        self.workflows = WorkflowCalls(self._connection)

    @property
    def address(self) -> str:
        """The address of the API."""
        return self._connection.address

    async def aclose(self) -> None:
        """Close all connections."""
        await self._connection.aclose()
