"""What one photo's questions to a model are in tokens, and what they will cost."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib.util import find_spec

from tagwright.model import Quote
from tagwright_adapters.llm.exchange import Question
from tagwright_adapters.llm.picture_tokens import estimate_picture_tokens, most_picture_tokens
from tagwright_adapters.llm.prices import Prices
from tagwright_adapters.llm.target import Target
from tagwright_adapters.llm.tokens import estimate_tokens

_REPLY_EACH = 30  # tokens of one tag with its synonyms, as a rule of thumb
_REPLY_REST = 120  # of caption, alternative text and brackets
_REPLY_SECOND = 200  # of the answer to the question without the picture
_NEEDED = Decimal("0.5")  # share of photos after which that question is put, as a rule of thumb

# Our count of a text is within a sixth for some tokenizers, and a third off for others; services
# that keep a beginning for the next photo charge a quarter more for keeping it.
_LEAST_TEXT = Decimal("0.85")
_LEAST_REPLY = Decimal("0.5")
_MOST_TEXT = Decimal(2)
_REPAIR_ROOM = 2  # times the room of the first answer, where that was cut off
FREE = Quote(Decimal(0), Decimal(0), Decimal(0))


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


class Costing:
    """Says what the answers of one tagger cost."""

    def __init__(
        self, target: Target, schema: dict[str, object], *, most_tags: int, second: int
    ) -> None:
        """``second`` is how many tokens the request without the picture is; 0: there is none."""
        self._target = target
        self._form = estimate_tokens(json.dumps(schema))
        self._reply = min(_REPLY_EACH * most_tags + _REPLY_REST, target.max_tokens)
        self._second = second
        self._measure = lru_cache(16)(estimate_tokens)  # most texts are the same for all photos
        self._prices: Prices | None = None
        self._looking_up = asyncio.Lock()
        self._looked_up = False

    def tokens(self, question: Question) -> Tokens:
        """Return about how many tokens a photo's first question and its answer are."""
        picture = question.rendition
        assert picture is not None
        return Tokens(
            instructions=self._measure(question.instructions or ""),
            request=self._measure(question.request),
            form=self._form,
            picture=estimate_picture_tokens(self._target.model, picture.width, picture.height),
            reply=self._reply,
            second=self._second,
        )

    async def quote(self, question: Question) -> Quote | None:
        """Return what a photo will cost; None: the model's price is not known."""
        if self._target.free:
            return FREE
        if not self._looked_up:
            async with self._looking_up:
                if not self._looked_up:
                    self._prices = await asyncio.to_thread(prices_of, self._target)
                    self._looked_up = True
        if self._prices is None:
            return None
        return self.priced(question, self._prices)

    def priced(self, question: Question, prices: Prices) -> Quote:
        """Return what a photo costs at these prices."""
        tokens = self.tokens(question)
        expected = prices.cost(tokens.sent, tokens.reply)
        if self._second:
            expected += _NEEDED * prices.cost(self._second, _REPLY_SECOND)
        return Quote(self._least(tokens, prices), expected, self._most(question, tokens, prices))

    def _least(self, tokens: Tokens, prices: Prices) -> Decimal:
        """Where answers are short, and the instructions are met again if the service does that."""
        kept = tokens.instructions + tokens.form
        caches = self._target.service.caches_from
        each = prices.input if caches is None or kept < caches else prices.cached
        sent = each * kept + prices.input * (tokens.request + tokens.picture)
        return sent * _LEAST_TEXT + prices.output * tokens.reply * _LEAST_REPLY

    def _most(self, question: Question, tokens: Tokens, prices: Prices) -> Decimal:
        """Two requests as dear as they can be: more are never made for one answer."""
        picture, room = question.rendition, self._target.max_tokens
        assert picture is not None
        text = _MOST_TEXT * (tokens.instructions + tokens.request + tokens.form)
        shown = most_picture_tokens(self._target.model, picture.width, picture.height)
        first = prices.cost(text + shown, room)
        repair = prices.cost(text + shown, _REPAIR_ROOM * room)
        second = prices.cost(_MOST_TEXT * self._second, room) if self._second else Decimal(0)
        return first + max(repair, second)


def prices_of(target: Target) -> Prices | None:
    """Return what a model charges: as the user says, else by the price list; None: not known.

    The list comes with a library that takes seconds to load.
    """
    if target.prices is not None:
        return target.prices
    if find_spec("pydantic_ai") is None:
        return None
    from tagwright_adapters.llm.pricing import listed_prices  # noqa: PLC0415

    return listed_prices(target.scheme, target.model)
