"""What a model would be sent of one photo, without sending anything."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.util import find_spec

from tagwright.model import Facts, Rendition
from tagwright.taggers import TaggerContext
from tagwright_adapters.llm.exchange import Question
from tagwright_adapters.llm.picture_tokens import estimate_picture_tokens
from tagwright_adapters.llm.tagger import LlmTagger
from tagwright_adapters.llm.target import Target, make_target
from tagwright_adapters.llm.tokens import estimate_tokens

_NO_KEY = "not-needed"  # to show what would be sent
_REPLY_EACH = 30  # tokens of one tag with its synonyms, as a rule of thumb
_REPLY_REST = 120  # of caption, alternative text and brackets


@dataclass(frozen=True, slots=True)
class Tokens:
    """Estimates for one photo."""

    instructions: int
    request: int  # with the facts in it
    form: int  # the schema of the answer, which services count too
    picture: int
    reply: int
    second: int  # of the request without the picture that may follow; 0: none can

    @property
    def sent(self) -> int:
        """All that goes with the picture, and the picture."""
        return self.instructions + self.request + self.form + self.picture


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
    tokens = Tokens(
        instructions=estimate_tokens(question.instructions or ""),
        request=estimate_tokens(question.request),
        form=estimate_tokens(json.dumps(question.schema)),
        picture=estimate_picture_tokens(target.model, rendition.width, rendition.height),
        reply=_REPLY_EACH * tagger.most_tags + _REPLY_REST,
        second=tagger.second_tokens,
    )
    told = tagger.told(facts)
    return Preview(target, tagger.edition, question, told, tokens, _cost(target, tokens))


def _secret(context: TaggerContext, name: str) -> str | None:
    return context.secret(name) or (_NO_KEY if name.endswith("_API_KEY") else None)


def _cost(target: Target, tokens: Tokens) -> Decimal | None:
    if target.free:
        return Decimal(0)
    if find_spec("pydantic_ai") is None:
        return None
    # The price list comes with a library that takes seconds to load.
    from tagwright_adapters.llm.pricing import price  # noqa: PLC0415

    return price(target.scheme, target.model, tokens.sent, output=tokens.reply)
