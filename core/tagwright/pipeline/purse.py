"""The money of a run: set aside before each call, so that no cap is passed with many under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import Connection

from tagwright.errors import BudgetError, TaggerError
from tagwright.model import Answer, Facts, Quote, Rendition, Usage
from tagwright.money import usd
from tagwright.ports import PricedTagger, Tagger
from tagwright.state import Lane, calls
from tagwright.state.calls import Intent
from tagwright.state.spending import Caps, ShortError

logger = logging.getLogger(__name__)

_MARGIN = Decimal("1.25")  # over the dearest answer so far, where quotes turned out too low


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent."""

    caps: Caps = field(default_factory=Caps)
    unknown_prices: bool = True  # whether to ask services whose price is not known


class Purse:
    """Begins and settles calls. Where money is short, it waits for what others give back."""

    def __init__(self, lane: Lane, budget: Budget) -> None:
        self.spent = Decimal(0)  # US dollars, as far as costs are known
        self._lane = lane
        self._budget = budget
        self._open: dict[int, tuple[str, Decimal]] = {}  # calls: who is asked, and what is aside
        self._turn = asyncio.Lock()
        self._settled = asyncio.Event()
        self._dearest: dict[str, Decimal] = {}  # by tagger: answers that cost more than was aside
        self._warned: set[str] = set()

    async def most(self, tagger: Tagger, rendition: Rendition, facts: Facts) -> Decimal | None:
        """Return what a call can cost at most, in US dollars; None: that is not known.

        Raises:
            BudgetError: it is not known, and the user wants no such calls.
        """
        if not isinstance(tagger, PricedTagger):
            return Decimal(0)
        quote: Quote | None = await tagger.quote(rendition, facts)
        if quote is not None:
            return max(quote.most, self._dearest.get(tagger.name, Decimal(0)) * _MARGIN)
        message = f"what {tagger.name} costs is not known."
        cure = "Set its prices in the configuration (see docs/money.md)."
        if not self._budget.unknown_prices:
            raise BudgetError(message, cure=cure)
        if tagger.name not in self._warned:
            self._warned.add(tagger.name)
            logger.warning("%s No cap can hold it. %s", message, cure)
        return None

    async def begin(self, intent: Intent) -> int:
        """Set aside what a call can cost and put it on record; return its identifier.

        Raises:
            ShortError: a cap leaves too little, even with all that calls under way may give back.
        """
        if not intent.most:
            return await self._begin(intent)
        async with self._turn:  # one at a time: the others would only be told the same
            while True:
                self._settled.clear()
                try:
                    return await self._begin(intent)
                except ShortError:
                    under_way = any(aside for _, aside in self._open.values())
                    if not (under_way or self._settled.is_set()):
                        raise
                    await self._settled.wait()

    async def answered(self, call: int, answer: Answer, keep: Callable[[Connection], int]) -> int:
        """Settle a call that brought an answer, and ``keep`` that: both, or neither if killed."""

        def work(connection: Connection) -> int:
            number = keep(connection)
            calls.answered(connection, call, answer.usage, answer.model)
            return number

        self._learn(call, answer.usage)
        number = await self._lane(work)
        self._close(call)
        return number

    async def failed(
        self,
        call: int,
        error: TaggerError,
        keep: Callable[[Connection], None] | None = None,
        *,
        counts: bool,
    ) -> None:
        """Settle a call that brought nothing; ``counts`` says if it is held against the photo.

        What ``keep`` remembers of it is kept together with that.
        """

        def work(connection: Connection) -> None:
            if keep is not None:
                keep(connection)
            calls.failed(connection, call, error, counts=counts)

        self._learn(call, error.usage or Usage())
        await self._lane(work)
        self._close(call)

    def given_up(self, call: int) -> None:
        """Wait no longer for a call that ended nobody knows how; its money stays set aside."""
        self._close(call)

    async def _begin(self, intent: Intent) -> int:
        call = await self._lane(lambda c: calls.begin(c, intent, self._budget.caps))
        self._open[call] = (intent.tagger, intent.most or Decimal(0))
        return call

    def _learn(self, call: int, usage: Usage) -> None:
        tagger, aside = self._open.get(call, ("", Decimal(0)))
        cost = usage.cost or Decimal(0)
        self.spent += cost
        if aside and cost > max(aside, self._dearest.get(tagger, Decimal(0))):
            self._dearest[tagger] = cost
            logger.warning("%s is dearer than expected: %s for a photo", tagger, usd(cost))

    def _close(self, call: int) -> None:
        self._open.pop(call, None)
        self._settled.set()
