"""What tokens cost, by the price list that comes with pydantic-ai. Takes seconds to import."""

from __future__ import annotations

from decimal import Decimal

from pydantic_ai.messages import ModelResponse
from pydantic_ai.usage import RequestUsage


def price(
    provider: str, model: str, tokens: int, *, cached: bool = False, output: int = 0
) -> Decimal | None:
    """Return the price of input and ``output`` tokens in US dollars; None: it is not known.

    ``cached`` tokens are a beginning that the service has met shortly before.
    """
    usage = RequestUsage(
        input_tokens=tokens, cache_read_tokens=tokens if cached else 0, output_tokens=output
    )
    asked = ModelResponse(parts=[], usage=usage, model_name=model, provider_name=provider)
    try:
        return asked.cost().total_price
    except (LookupError, ValueError):
        return None
