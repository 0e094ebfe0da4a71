"""Sums of money, as people read them."""

from __future__ import annotations

from decimal import Decimal


def usd(amount: Decimal) -> str:
    """Return an amount of US dollars: "$12.50", "$0.0123"; below one, cents are too coarse."""
    return f"${amount:,.4f}" if 0 < abs(amount) < 1 else f"${amount:,.2f}"


def about(amount: Decimal) -> str:
    """Return an amount that is not known exactly: "$12.50", "$0.012"."""
    if not 0 < amount < 1:
        return f"${amount:,.2f}"
    digits = max(2, 1 - amount.adjusted())  # two that count
    return f"${amount:.{digits}f}"
