"""What a run would hand over and what that would cost, found out without handing it over."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tagwright.model import Quote
from tagwright.ports import BatchLimits


@dataclass(slots=True)
class Estimate:
    """Of one tagger, added up photo by photo."""

    limits: BatchLimits
    photos: int = 0
    bytes: int = 0
    batches: int = 0
    expected: Decimal = Decimal(0)  # US dollars, at the price of batches
    most: Decimal = Decimal(0)
    unknown: int = 0  # photos whose price is not known
    _requests: int = 0  # in the batch that is being filled
    _filled: int = 0  # bytes of it

    def add(self, size: int, quote: Quote | None, most_requests: int) -> None:
        """Count a photo whose request is ``size`` bytes long with its line break."""
        full = self._requests >= most_requests or self._filled + size > self.limits.bytes
        if full or not self.batches:
            self.batches += 1
            self._requests = self._filled = 0
        self._requests += 1
        self._filled += size
        self.photos += 1
        self.bytes += size
        if quote is None:
            self.unknown += 1
            return
        share = 1 - self.limits.discount
        self.expected += quote.expected * share
        self.most += quote.most * share
