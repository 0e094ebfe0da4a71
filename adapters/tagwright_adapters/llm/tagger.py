"""The tagger that asks a vision language model."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from tagwright.errors import (
    TaggerAnswerError,
    TaggerError,
    TaggerRefusedError,
    TaggerSetupError,
)
from tagwright.model import Answer, Facts, Observation, Quote, Rendition, Sent, Usage
from tagwright.ports import BatchTagger, Limits, Quota
from tagwright.taggers import TaggerContext
from tagwright_adapters.llm.answer import SCHEMA_VERSION, Reader, Reading, schema
from tagwright_adapters.llm.batches import make_batches
from tagwright_adapters.llm.canary import QUESTION, draw
from tagwright_adapters.llm.costing import Costing
from tagwright_adapters.llm.description import describe, money
from tagwright_adapters.llm.disclosure import Disclosure
from tagwright_adapters.llm.exchange import Question, Reply
from tagwright_adapters.llm.matching import Matching
from tagwright_adapters.llm.profiles import find_profile
from tagwright_adapters.llm.target import Target, quote
from tagwright_adapters.llm.vocabulary import Vocabulary
from tagwright_prompts import TEMPLATES_VERSION, render_prompt, with_facts

if TYPE_CHECKING:
    from tagwright_adapters.llm.connection import Connection

logger = logging.getLogger(__name__)

_MOST_REQUESTS = 2  # for one answer, which quotes count on
_CANARY_TOKENS = 1_024  # most of them for models that cannot answer without thinking first


class LlmTagger:
    """Asks one model about one photo at a time; see :class:`tagwright.ports.Tagger`."""

    costly = True  # in time, where not in money

    def __init__(self, target: Target, context: TaggerContext) -> None:
        """Everything that shapes answers is fixed here.

        Raises:
            ConfigurationError: the profile does not exist.
        """
        self._target = target
        self._language = context.language
        self._profile = find_profile(context.profile)
        self._vocabulary = Vocabulary(
            context.taxonomy,
            context.language,
            target.max_concepts,
            target.max_vocabulary_tokens,
        )
        self._matching = self._second_question(context)
        self._disclosure = Disclosure(target.context)
        # Without a vocabulary, free labels are all that there is.
        labels = target.free_labels or not self._vocabulary
        render = partial(
            render_prompt,
            self._profile,
            language=context.language,
            free_labels=labels,
            facts=bool(self._disclosure.fields),
        )
        self._prompt = render(vocabulary=self._vocabulary.text)
        self._bare_prompt = render()
        self._reader = Reader(self._vocabulary, context.taxonomy, context.language, labels=labels)
        self._schema = schema(
            tuple(self._profile.kinds),
            labels=labels,
            offered=len(self._vocabulary),
            bounded=target.bounds_integers,
        )
        self.costing = Costing(
            target,
            self._schema,
            most_tags=self._profile.tags.max,
            second=self._matching.tokens if self._matching else 0,
        )
        self._connection: Connection | None = None
        self._connecting = asyncio.Lock()

    @property
    def name(self) -> str:
        """What the user configured."""
        return self._target.spec

    @property
    def recipe(self) -> Mapping[str, object]:
        """Everything on our side that shapes an answer."""
        recipe: dict[str, object] = {
            "service": self._target.scheme,
            "model": self._target.model,
            "profile": self._profile.edition,
            "templates": TEMPLATES_VERSION,
            "prompt": self._bare_prompt.key,  # every word, whatever the versions say
            # All that the taxonomy shapes: answers given under another one are used again.
            "vocabulary": [
                self._prompt.key,
                self._vocabulary.key,
                self._matching.key if self._matching else None,
            ],
            "language": self._language,
            "schema": SCHEMA_VERSION,
            "max_tokens": self._target.max_tokens,
        }
        if self._target.service.base_url is None:
            recipe["host"] = self._target.host  # one name may be another model at another server
        if self._disclosure.fields:
            recipe["context"] = list(self._disclosure.fields)
        return recipe | dict(self._target.pinned)

    @property
    def reads_facts(self) -> bool:
        """Whether facts go with the picture; if not, renaming a folder costs nothing."""
        return bool(self._disclosure.fields)

    def facts_key(self, facts: Facts) -> str:
        """Return the key of the facts that are sent, which alone make another question."""
        return self._disclosure.key(facts)

    @property
    def concurrency(self) -> int:
        """How many photos may be with it at once."""
        return self._target.concurrency

    @property
    def leaves_machine(self) -> bool:
        """Whether pictures go to another machine."""
        return self._target.leaves_machine

    def sends(self, facts: Facts) -> Sent:
        """Return where the picture goes, and what goes beside it."""
        return Sent(self._target.destination, self.told(facts))

    async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
        """Look at one photo: one request, and one stricter one if the reply cannot be read.

        Where the vocabulary is too large to be offered, a further one without the picture may ask
        which concepts are meant, instead of a repair; if that fails, the first answer stands as it
        is.

        Raises:
            TaggerAnswerError: neither reply is an answer; the message quotes the last one.
            TaggerRefusedError: the service declined this photo.
            TaggerUnavailableError: the service is down, overloaded or over its rate.
            TaggerSetupError: key, model or address are not accepted.
            BudgetError: the account at the service has no credit left.
        """
        return await self.observe_within(rendition, facts, _MOST_REQUESTS)

    async def observe_within(self, rendition: Rendition, facts: Facts, attempts: int) -> Answer:
        """Do the same in so many requests at most, and never in more than two."""
        spent: list[Usage] = []
        most = min(attempts, _MOST_REQUESTS)
        try:
            reading, model = await self._converse(rendition, facts, spent, most)
        except TaggerError as exc:
            exc.usage = _sum(spent)
            raise
        seen = reading.observations
        return Answer(
            observations=await self._matched(reading, spent) if len(spent) < most else seen,
            model=model,
            caption=reading.caption,
            alt_text=reading.alt_text,
            usage=_sum(spent),
        )

    async def quote(self, rendition: Rendition, facts: Facts) -> Quote | None:
        """Return what an answer will cost; None: the model's price is not known."""
        return await self.costing.quote(self.question(rendition, facts))

    async def _converse(
        self, rendition: Rendition, facts: Facts, spent: list[Usage], most: int
    ) -> tuple[Reading, str]:
        """Ask, and ask once more if there may be ``most`` > 1; ``spent`` is filled as it comes."""
        first = self.question(rendition, facts)
        room = first.max_tokens
        for request in (first.request, self._beside(self._prompt.repair, facts))[:most]:
            reply = await self._ask(replace(first, request=request, max_tokens=room), spent)
            reading = self._reader.read(reply.text)
            if reading is not None and (reading.observations or not reply.cut_off):
                return reading, reply.model
            room *= 2 if reply.cut_off else 1
        said = quote(reply.text, self._target)
        raise TaggerAnswerError(f"{reply.model} gave no usable answer, but {said}")

    async def _matched(self, reading: Reading, spent: list[Usage]) -> tuple[Observation, ...]:
        """Return what was seen, with concepts for labels that mapping is not sure of."""
        if self._matching is None:
            return reading.observations
        inquiry = await asyncio.to_thread(self._matching.inquire, reading)
        if inquiry is None:
            return reading.observations
        try:
            reply = await self._ask(inquiry.question, spent)
        except TaggerError as exc:
            # The picture has been looked at and paid for: that must not be lost.
            logger.warning("labels of one photo stay without a second look: %s", exc)
            return reading.observations
        return inquiry.settle(reading.observations, reply.text)

    async def check(self) -> str:
        """Show the model a picture that nobody has seen and ask what is on it.

        This is a paid call, of a few hundred tokens: whether a model really looks cannot be told
        for nothing.

        Raises:
            TaggerSetupError: it answers without having seen the picture.
            TaggerError: it does not answer.
        """
        canary = draw()
        started = time.monotonic()
        reply = await self._ask(Question(canary.rendition, QUESTION, _CANARY_TOKENS), [])
        took = time.monotonic() - started
        if not canary.recognised(reply.text):
            raise TaggerSetupError(
                f"{self.name} answers without seeing the picture: shown the number"
                f" {canary.number} on a {canary.colour} disc, it said"
                f" {quote(reply.text, self._target)}",
                cure=f"Choose a vision model, such as {self._target.service.example!r}.",
            )
        carries = await asyncio.to_thread(
            describe,
            self._target,
            self._vocabulary,
            self._matching,
            self._prompt.instructions,
            reply.model,
        )
        if self._disclosure.fields:
            carries += f"; sent beside the picture: {', '.join(self._disclosure.fields)}"
        seen = f"{reply.model} sees pictures ({took:.1f} s, {money(reply.usage.cost)})"
        return f"{seen}; {carries}"

    async def aclose(self) -> None:
        """Release connections."""
        if self._connection is not None:
            await self._connection.aclose()
            self._connection = None

    def question(self, rendition: Rendition, facts: Facts) -> Question:
        """Return what one photo's first request consists of."""
        return Question(
            rendition=rendition,
            request=self._beside(self._prompt.request, facts),
            max_tokens=self._target.max_tokens,
            instructions=self._prompt.instructions,
            schema=self._schema,
        )

    def told(self, facts: Facts) -> dict[str, object]:
        """Return the facts of a photo that go with it."""
        return self._disclosure.facts(facts)

    @property
    def edition(self) -> str:
        """Profile and templates with their versions, for people to read."""
        return f"{self._profile.edition}; templates {TEMPLATES_VERSION}"

    def batches(self) -> BatchTagger | None:
        """Return the way to its service's batches, for the caller to close; None: it has none."""
        return make_batches(self._target, self.question, self._reader)

    @property
    def account(self) -> str:
        """Whose limits hold at the service: taggers of one key and address share them."""
        return self._target.account

    @property
    def limits(self) -> Limits:
        """What the user says that the service takes."""
        return self._target.limits

    def quota(self) -> Quota | None:
        """Return what the service has said of its limits since last asked."""
        return self._connection.quota() if self._connection is not None else None

    async def probe(self) -> None:
        """Find out for nothing whether the service is there; raises a TaggerError if not."""
        await (await self._connected()).probe()

    def _beside(self, request: str, facts: Facts) -> str:
        told = self._disclosure.text(facts)
        return with_facts(request, told) if told else request

    async def _ask(self, question: Question, spent: list[Usage]) -> Reply:
        """Put one question and add what it took to ``spent``, whatever comes of it."""
        connection = await self._connected()
        try:
            reply = await connection.ask(question)
        except TaggerError as exc:
            spent.append(exc.usage or Usage(requests=1))
            raise
        spent.append(reply.usage)
        if reply.refusal is not None:
            said = quote(reply.refusal, self._target)
            raise TaggerRefusedError(f"{reply.model} declined to look at this photo: {said}")
        return reply

    def _second_question(self, context: TaggerContext) -> Matching | None:
        target = self._target
        small = self._vocabulary or not self._vocabulary.size
        if small or not target.max_concepts or target.large_vocabulary == "free":
            return None
        return Matching(
            context.taxonomy,
            context.language,
            max_tokens=target.max_tokens,
            bounded=target.bounds_integers,
        )

    async def _connected(self) -> Connection:
        async with self._connecting:
            if self._connection is None:
                self._connection = await asyncio.to_thread(_connect, self._target)
        return self._connection


def _connect(target: Target) -> Connection:
    # The client libraries take seconds; nothing but a question is worth them.
    from tagwright_adapters.llm.connection import Connection  # noqa: PLC0415

    return Connection(target)


def _sum(usages: list[Usage]) -> Usage:
    costs = [usage.cost for usage in usages]
    known = [cost for cost in costs if cost is not None]
    return Usage(
        requests=sum(usage.requests for usage in usages),
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cost=sum(known, Decimal(0)) if len(known) == len(costs) else None,
        attempts=len(usages),
    )
