"""What tokens cost, by the price list that comes with pydantic-ai. Takes seconds to import."""

from __future__ import annotations

from decimal import Decimal

from pydantic_ai.messages import ModelResponse
from pydantic_ai.usage import RequestUsage

from tagwright_adapters.llm.prices import Prices

_MEASURE = 10_000  # tokens; long prompts, which some charge more for, begin far above


def listed_prices(provider: str, model: str) -> Prices | None:
    """Return the prices of a model by the list; None: it is not on it."""
    read = price(provider, model, _MEASURE)
    cached = price(provider, model, _MEASURE, cached=True)
    written = price(provider, model, 0, output=_MEASURE)
    if read is None or cached is None or written is None:
        return None
    return Prices(read / _MEASURE, written / _MEASURE, cached / _MEASURE)


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
