"""Telling an account's own assets from those that partners and albums show among them."""

from __future__ import annotations

from tagwright_adapters.immich.account import AccountCalls
from tagwright_adapters.immich.models import Asset


class Ownership:
    """Knows whose assets are the account's own."""

    def __init__(self, account: AccountCalls) -> None:
        """Ask over this client, once for each owner whose assets show."""
        self._account = account
        self._own: dict[str, bool] = {}

    async def is_own(self, asset: Asset) -> bool:
        """Say whether an asset is the account's own.

        Raises:
            ImmichError: the server does not answer as it should.
        """
        owner = asset.owner_id
        if owner not in self._own:
            self._own[owner] = await self._account.is_self(owner)
        return self._own[owner]
