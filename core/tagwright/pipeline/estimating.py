"""What a run will cost, before it has asked anybody."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from tagwright.model import Facts, Quote, Rendition
from tagwright.pipeline.results import Settings
from tagwright.ports import PricedTagger
from tagwright.state import Lane, spending

logger = logging.getLogger(__name__)

_SHAPE = 3 / 2  # of a usual photo
_MOST_TIMES = Decimal("1.5")  # what is expected, as answers may be twice as long as usual


@dataclass(frozen=True, slots=True)
class Estimate:
    """What so many photos will cost, in US dollars, if none of them was answered before."""

    photos: int
    taggers: tuple[str, ...]  # that are paid
    unknown: tuple[str, ...]  # that may be, and whose price is not known
    low: Decimal
    expected: Decimal
    high: Decimal
    most: Decimal  # of one photo, if its answers are as long as they can be and asked for again
    left: Mapping[str, Decimal] = field(default_factory=dict)  # of caps, by "run", "day", "month"

    @property
    def paid(self) -> bool:
        """Whether anything may have to be paid."""
        return bool(self.photos and (self.taggers or self.unknown))

    @property
    def lasts(self) -> tuple[str, int] | None:
        """The cap that will probably end the run, and how many photos it is enough for.

        A run ends when the next photo might pass a cap if it cost as much as it can.
        """
        if not self.expected:
            return None
        each = self.expected / self.photos
        enough = {
            period: int((left - self.most) / each) + 1 if left >= self.most else 0
            for period, left in self.left.items()
        }
        period = min(enough, key=lambda one: enough[one], default=None)
        if period is None or enough[period] >= self.photos:
            return None
        return period, enough[period]


class _Share(NamedTuple):
    """The share of photos that a tagger is asked about."""

    low: Decimal
    usual: Decimal
    high: Decimal


_NONE = _Share(Decimal(0), Decimal(0), Decimal(0))
_ALL = _Share(Decimal(1), Decimal(1), Decimal(1))
_DOUBTFUL = _Share(Decimal(0), Decimal("0.5"), Decimal(1))  # that cheap taggers are unsure of


class Estimator:
    """Asks the taggers of a run for the price of a usual photo."""

    def __init__(self, settings: Settings, lane: Lane, run_id: str = "") -> None:
        """``run_id`` is of the run that will spend the money; empty: it has not begun."""
        self._settings = settings
        self._lane = lane
        self._run_id = run_id

    async def estimate(self, photos: int) -> Estimate:
        """Return what so many photos will cost."""
        quotes = await self._quotes() if photos else {}
        shares = _shares(self._settings)
        paid = {
            name: one
            for name, one in quotes.items()
            if one is not None and one.most and shares[name].high
        }
        return Estimate(
            photos,
            taggers=tuple(paid),
            unknown=tuple(
                name for name, one in quotes.items() if one is None and shares[name].high
            ),
            low=photos * _sum(one.least * shares[name].low for name, one in paid.items()),
            expected=photos * _sum(one.expected * shares[name].usual for name, one in paid.items()),
            high=photos * _sum(_high(one) * shares[name].high for name, one in paid.items()),
            most=_sum(one.most for one in paid.values()),
            left=await self._left(),
        )

    async def _quotes(self) -> dict[str, Quote | None]:
        long = self._settings.rendition.long_edge
        usual = Rendition(b"", long, round(long / _SHAPE))
        return {
            tagger.name: await _quote(tagger, usual)
            for tagger in self._settings.taggers
            if isinstance(tagger, PricedTagger)
        }

    async def _left(self) -> dict[str, Decimal]:
        """Return what was left of each cap before the run, as the estimate is for all of it."""
        caps = self._settings.budget.caps
        limits = {"run": caps.run, "day": caps.day, "month": caps.month}
        spent = await self._lane(lambda c: spending.committed(c, self._run_id, time.time()))
        return {
            period: max(cap - (spent[period] - spent["run"]), Decimal(0))
            for period, cap in limits.items()
            if cap is not None
        }


async def _quote(tagger: PricedTagger, rendition: Rendition) -> Quote | None:
    try:
        return await tagger.quote(rendition, Facts("photo.jpg"))
    except Exception:  # a fault in a plugin must not end the run
        logger.exception("a price cannot be told")
        return None


def _high(quote: Quote) -> Decimal:
    """Return what it may well cost: as many times what is expected as that is the least.

    Within reason: the least may count on a discount, and the most on an answer that is cut off and
    asked for again, as hardly any is.
    """
    times = quote.expected / quote.least if quote.least else _MOST_TIMES
    return min(quote.expected * min(times, _MOST_TIMES), quote.most)


def _shares(settings: Settings) -> dict[str, _Share]:
    found: dict[str, _Share] = {}
    for chain in settings.plan:
        rest = _DOUBTFUL if chain.manner == "cascade" else _NONE
        for number, name in enumerate(chain.members):
            share = rest if number else _ALL
            found[name] = max(found.get(name, _NONE), share)
    return found | dict.fromkeys(settings.later, _NONE)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
