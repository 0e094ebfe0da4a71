"""Descriptions that stick: set, waited for, read back."""

from __future__ import annotations

from tagwright.errors import VerificationError
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.extras import caption
from tagwright_adapters.immich.models import Asset
from tagwright_adapters.immich.patience import Patience

_ROUNDS = 3  # a write and two repairs


class Describer:
    """Sets descriptions. Each sets off the chain that tags do: nothing else is written meanwhile.

    It comes before the tags of the same write, since those are repaired at the end.
    """

    def __init__(self, client: ImmichClient, patience: Patience) -> None:
        """Write over this client."""
        self._client = client
        self._patience = patience

    async def describe(self, asset: Asset, text: str) -> Asset:
        """Set a description, or clear it; return the asset as it was read back.

        Raises:
            VerificationError: it does not stay as it was set.
            ImmichError: the server does not do as it should.
        """
        for _ in range(_ROUNDS):
            if caption(asset) == text:
                return asset
            told = await self._client.assets.describe(asset.id, text)
            asset = await self._settled(told)
        if caption(asset) == text:
            return asset
        message = "the description that was set does not stay."
        raise VerificationError(message, asset=asset.id)

    async def _settled(self, told: Asset) -> Asset:
        """Return the asset once Immich has read its metadata again, as far as that shows."""
        asset = told
        for pause in self._patience.settled:
            await self._patience.sleep(pause)
            asset = await self._patience.ask(lambda: self._client.assets.get(told.id))
            if asset.updated_at > told.updated_at:
                return asset
        return asset  # it was quicker than its answer: what counts is what stands there
