"""What a model charges."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_LISTED = Decimal(1_000_000)  # tokens that prices are told for


@dataclass(frozen=True, slots=True)
class Prices:
    """In US dollars a token."""

    input: Decimal
    output: Decimal
    cached: Decimal  # of input that the service has met shortly before

    @classmethod
    def listed(cls, per_million: Decimal, output_per_million: Decimal) -> Prices:
        """Return the prices that a user has set, in US dollars for a million tokens."""
        each = per_million / _LISTED
        return cls(each, output_per_million / _LISTED, each)

    def cost(self, tokens: Decimal | int, output: Decimal | int) -> Decimal:
        """Return what so many tokens cost."""
        return self.input * tokens + self.output * output
