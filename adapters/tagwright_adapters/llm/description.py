"""What each request carries besides the picture, and what that costs, for ``doctor``."""

from __future__ import annotations

from decimal import Decimal

from tagwright_adapters.llm.matching import Matching
from tagwright_adapters.llm.target import Target
from tagwright_adapters.llm.tokens import estimate_tokens
from tagwright_adapters.llm.vocabulary import Vocabulary

_PHOTOS = 1_000  # that a price is told for


def describe(
    target: Target, vocabulary: Vocabulary, matching: Matching | None, instructions: str, model: str
) -> str:
    """Return how much of the vocabulary is offered, how long that is and what it costs.

    Loads a price list, which takes time. ``model`` is the one that really answers.
    """
    tokens = estimate_tokens(instructions)
    carries = f"{_offered(target, vocabulary)}; about {tokens:,} tokens of instructions a photo"
    if matching:
        carries += (
            f" and, where labels are left over, a second request of up to {matching.tokens:,}"
            " without the picture"
        )
    cost = _cost(target, model, tokens)
    return f"{carries} ({cost})" if cost else carries


def money(cost: Decimal | None) -> str:
    """Return a price as words."""
    if cost is None:
        return "price not known"
    return f"{cost.normalize():f} USD" if cost else "free"


def _offered(target: Target, vocabulary: Vocabulary) -> str:
    if vocabulary:
        return f"{len(vocabulary):,} concepts offered"
    limit = f"max_concepts is {target.max_concepts:,}"
    if vocabulary.size <= target.max_concepts:
        limit = (
            f"in about {vocabulary.tokens:,} tokens,"
            f" max_vocabulary_tokens is {target.max_vocabulary_tokens:,}"
        )
    return f"no concepts offered: the taxonomy has {vocabulary.size:,}, {limit}"


def _cost(target: Target, model: str, tokens: int) -> str:
    if target.free:
        return ""
    # As slow to import as the client libraries, which are there already.
    from tagwright_adapters.llm.pricing import price  # noqa: PLC0415

    full = price(target.scheme, model, tokens * _PHOTOS)
    cached = price(target.scheme, model, tokens * _PHOTOS, cached=True)
    if full is None or cached is None:
        return "price not known"
    said = f"{money(full)} for 1,000 photos"
    least = target.service.caches_from
    if least is not None and tokens >= least and cached < full:
        said += f", {money(cached)} where the service has them cached"
    return said
