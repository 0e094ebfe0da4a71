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
    first, second = estimate_tokens(instructions), matching.tokens if matching else 0
    carries = f"{_offered(target, vocabulary)}; about {first:,} tokens of instructions a photo"
    if second:
        carries += (
            f" and, where labels are left over, a second request of up to {second:,}"
            " without the picture"
        )
    cost = "" if target.free else _cost(target, model, first, second)
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


def _cost(target: Target, model: str, first: int, second: int) -> str:
    # As slow to import as the client libraries, which are there already.
    from tagwright_adapters.llm.pricing import price  # noqa: PLC0415

    full = price(target.scheme, model, (first + second) * _PHOTOS)
    cached = price(target.scheme, model, first * _PHOTOS, cached=True)
    rest = price(target.scheme, model, second * _PHOTOS)
    if full is None or cached is None or rest is None:
        return "price not known"
    said = f"{'up to ' if second else ''}{full:.2f} USD for 1,000 photos"
    least = target.service.caches_from
    if least is not None and first >= least and cached + rest < full:
        said += f", {cached + rest:.2f} where the service has them cached"
    return f"{said}; picture and answer come on top"
