"""What a model would be sent of one photo, without sending anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from tagwright.model import Facts, Rendition
from tagwright.taggers import TaggerContext
from tagwright_adapters.llm.costing import Costing, Tokens, prices_of
from tagwright_adapters.llm.exchange import Question
from tagwright_adapters.llm.tagger import LlmTagger
from tagwright_adapters.llm.target import Target, make_target

_NO_KEY = "not-needed"  # to show what would be sent


@dataclass(frozen=True, slots=True)
class Preview:
    """All that there is to know of a request before it is made."""

    target: Target
    edition: str  # of profile and templates
    question: Question
    told: dict[str, object]  # facts beside the picture
    tokens: Tokens
    cost: Decimal | None  # US dollars for one photo; None: not known

    @property
    def may_be_cut(self) -> bool:
        """Whether it is longer than servers of one's own take unless told otherwise."""
        usual = self.target.service.prompt_tokens
        return usual is not None and self.tokens.sent + self.tokens.reply > usual


def preview(context: TaggerContext, rendition: Rendition, facts: Facts) -> Preview:
    """Return what a tagger would send of a photo. No key is needed, and nothing goes out.

    Raises:
        ConfigurationError: the specification, an option or the profile cannot be used.
    """
    target = make_target(replace(context, secret=lambda name: _secret(context, name)))
    tagger = LlmTagger(target, context)
    question = tagger.question(rendition, facts)
    costing = tagger.costing
    told = tagger.told(facts)
    return Preview(
        target,
        tagger.edition,
        question,
        told,
        costing.tokens(question),
        _cost(target, costing, question),
    )


def _secret(context: TaggerContext, name: str) -> str | None:
    return context.secret(name) or (_NO_KEY if name.endswith("_API_KEY") else None)


def _cost(target: Target, costing: Costing, question: Question) -> Decimal | None:
    if target.free:
        return Decimal(0)
    prices = prices_of(target)
    return None if prices is None else costing.priced(question, prices).expected
