"""The tagger that asks a label service."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from tagwright.errors import TaggerError, TaggerUnavailableError
from tagwright.model import Answer, Facts, Observation, Quote, Rendition, Sent, Usage
from tagwright.ports import Limits, Quota
from tagwright_adapters.label_services.account import Account
from tagwright_adapters.label_services.options import Options
from tagwright_adapters.llm.canary import draw

_MOST_BEGUN = 1_000  # photos whose earlier calls are remembered


@dataclass(frozen=True, slots=True)
class Reading:
    """What the answer to one call says."""

    observations: tuple[Observation, ...]
    version: str  # of the model that answered
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request that is made for each photo."""

    name: str
    price: Decimal | None  # US dollars; None: not known
    ask: Callable[[bytes], Awaitable[Reading]]  # takes a JPEG; raises a TaggerError


class Service(Protocol):
    """What differs from vendor to vendor."""

    @property
    def title(self) -> str:
        """As people call it."""

    @property
    def recipe(self) -> Mapping[str, object]:
        """All that shapes its answers."""

    @property
    def calls(self) -> Sequence[Call]:
        """The requests for one photo, in their order."""

    async def status(self) -> str | None:
        """Return what it says of the account for nothing, or None if it has no such request."""

    async def aclose(self) -> None:
        """Release connections."""


class LabelTagger:
    """Asks one service about one photo at a time; see :class:`tagwright.ports.Tagger`.

    Where a photo takes several requests and the service goes away between them, the answers that
    it has given are kept for as long as the process lives: they are paid.
    """

    reads_facts = False  # only the picture is sent, so that renaming a file costs nothing
    leaves_machine = True
    costly = True

    def __init__(
        self, spec: str, service: Service, concurrency: int, account: Account, options: Options
    ) -> None:
        """``spec`` is what the user wrote, ``concurrency`` how many photos may be asked at once."""
        self.name = spec
        self.concurrency = concurrency
        self.account = account.name
        self.limits = Limits(requests_per_minute=options.requests_per_minute)
        self._service = service
        self._host = account.host
        price = options.price
        self._calls = tuple(
            call if price is None else replace(call, price=price) for call in service.calls
        )
        self._begun: dict[bytes, dict[str, Reading]] = {}

    @property
    def recipe(self) -> Mapping[str, object]:
        """Everything on our side that shapes an answer."""
        return self._service.recipe

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:  # noqa: ARG002 - the port's
        """Look at one photo.

        Raises:
            TaggerAnswerError: the service rejects the picture, or what it says cannot be read.
            TaggerUnavailableError: the service is down, overloaded or over its rate.
            TaggerSetupError: key, address or a feature are not accepted.
            BudgetError: the account's quota is used up.
        """
        key = hashlib.sha256(rendition.data).digest()
        readings = self._begun.pop(key, {})
        spent: list[Usage] = []
        for call in self._calls:
            if call.name in readings:
                continue
            try:
                readings[call.name] = await call.ask(rendition.data)
            except TaggerError as exc:
                if readings and isinstance(exc, TaggerUnavailableError):
                    self._remember(key, readings)
                exc.usage = _sum([*spent, exc.usage or Usage(requests=1, cost=call.price)])
                raise
            spent.append(Usage(requests=1, cost=call.price))
        return self._answer(readings, _sum(spent))

    async def quote(self, rendition: Rendition, facts: Facts) -> Quote | None:  # noqa: ARG002 - the port's
        """Return what is left to pay for a photo; None: a price is not known."""
        begun = self._begun and self._begun.get(hashlib.sha256(rendition.data).digest())
        left = [call for call in self._calls if call.name not in (begun or ())]
        cost = _sum([Usage(requests=1, cost=call.price) for call in left]).cost
        return None if cost is None else Quote(cost, cost, cost)

    def sends(self, facts: Facts) -> Sent:  # noqa: ARG002 - only the picture is sent
        """Return where the picture goes."""
        return Sent(self._host)

    async def check(self) -> str:
        """Ask for the account's state where that is free, else for a made picture.

        Raises:
            TaggerError: it does not answer.
        """
        started = time.monotonic()
        said = await self._service.status()
        if said is not None:
            return f"{self._service.title} answers ({time.monotonic() - started:.1f} s); {said}"
        call = self._calls[0]
        reading = await call.ask(draw().rendition.data)
        took = time.monotonic() - started
        seen = ", ".join(one.label for one in reading.observations[:3]) or "nothing"
        answers = f"{reading.version} answers ({took:.1f} s, {_money(call.price)})"
        return f"{answers}; it sees {seen}; {self._price()}"

    async def aclose(self) -> None:
        """Release connections."""
        await self._service.aclose()

    def quota(self) -> Quota | None:
        """Return None: these services do not say how much is left."""
        return None

    def _remember(self, key: bytes, readings: dict[str, Reading]) -> None:
        if len(self._begun) >= _MOST_BEGUN:
            del self._begun[next(iter(self._begun))]
        self._begun[key] = readings

    def _answer(self, readings: Mapping[str, Reading], usage: Usage) -> Answer:
        found = [readings[call.name] for call in self._calls]
        return Answer(
            observations=tuple(one for some in found for one in some.observations),
            model=found[0].version,
            caption=next((one.caption for one in found if one.caption), None),
            usage=usage,
        )

    def _price(self) -> str:
        cost = _sum([Usage(requests=1, cost=call.price) for call in self._calls]).cost
        return f"{_money(None if cost is None else cost * 1_000)} for 1,000 photos"


class ProbedLabelTagger(LabelTagger):
    """One of a service that tells the account's state for nothing."""

    async def probe(self) -> None:
        """Ask for it; raises a TaggerError if there is no answer."""
        await self._service.status()


def _sum(usages: Sequence[Usage]) -> Usage:
    costs = [usage.cost for usage in usages]
    known = [cost for cost in costs if cost is not None]
    return Usage(
        requests=sum(usage.requests for usage in usages),
        cost=sum(known, Decimal(0)) if len(known) == len(costs) else None,
    )


def _money(cost: Decimal | None) -> str:
    return "price not known" if cost is None else f"{cost.normalize():f} USD"
