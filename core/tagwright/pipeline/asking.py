"""Getting answers: from the store where the question was asked before, else from the tagger."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from decimal import Decimal

from tagwright.errors import (
    AwaitedError,
    ErrorClass,
    TaggerAnswerError,
    TaggerBusyError,
    TaggerError,
    TaggerRefusedError,
    TaggerUnavailableError,
)
from tagwright.model import Answer, Facts, Rendition, Sent
from tagwright.pipeline.gate import Gate
from tagwright.pipeline.purse import Purse
from tagwright.ports import FrugalTagger, OpenTagger, SelectiveTagger, Tagger
from tagwright.state import Lane, answers, batches, calls
from tagwright.state.answers import Question, Remembered
from tagwright.state.calls import Intent
from tagwright.state.queue import Job

_STRIKES = 3  # failures for one photo while the same service answers for others


@dataclass(slots=True)
class Desk:
    """One tagger with its gate and recipe, for the length of a run."""

    tagger: Tagger
    recipe: str
    family: str  # empty: only answers to the very question count
    gate: Gate
    batched: bool = False  # whether answers may be under way in a batch
    later: bool = False  # whether nothing is asked but in batches


class Asker:
    """Puts questions, and never the same one twice."""

    def __init__(self, lane: Lane, run_id: str, purse: Purse, attempts: int) -> None:
        """Take ``attempts`` as how often an answer may be asked and paid for, over all runs."""
        self.asked = 0
        self.earlier = 0  # answers that were given under an earlier vocabulary
        self._lane = lane
        self._run_id = run_id
        self._purse = purse
        self._attempts = attempts
        self._under_way: dict[Question, asyncio.Lock] = {}

    async def answer(
        self,
        job: Job,
        question: Question,
        desk: Desk,
        facts: Facts,
        rendition: Callable[[], Awaitable[Rendition]],
    ) -> Remembered:
        """Return the answer to ``question``, from memory or from the tagger.

        Raises:
            TaggerError: there is none; a refusal is raised again from memory at no cost.
        """
        lock = self._under_way.setdefault(question, asyncio.Lock())
        async with lock:  # twins of one picture wait for each other
            try:
                known = await self._lane(lambda c: answers.recall(c, question))
                if known is not None:
                    self.earlier += known.recipe != question.recipe
                    return _recalled(known, job)
                await self._refrain(job, question, desk)
                return await self._ask(job, question, desk, facts, await rendition())
            finally:
                self._under_way.pop(question, None)

    async def _refrain(self, job: Job, question: Question, desk: Desk) -> None:
        """Raise an error where the answer is under way in a batch, or is to be."""
        if desk.later:
            await self._attempts_left(job, question)
        elif not desk.batched or not await self._lane(lambda c: batches.holds(c, question)):
            return
        raise AwaitedError(
            "its answer is to come with a batch.",
            asset=str(job.ref),
            cure="Collect it with 'tagwright tag --batch', or see 'tagwright batches'.",
        )

    async def _ask(
        self, job: Job, question: Question, desk: Desk, facts: Facts, rendition: Rendition
    ) -> Remembered:
        tagger = desk.tagger
        strikes = 0
        while True:
            left = await self._attempts_left(job, question)
            async with desk.gate.slot():
                before = desk.gate.successes
                most = await self._purse.most(tagger, rendition, facts)
                intent = intent_of(self._run_id, job, question, tagger, facts, rendition, most)
                call = await self._purse.begin(intent)
                try:
                    answer = await self._observe(desk, rendition, facts, left)
                except TaggerError as exc:
                    exc.asset = exc.asset or str(job.ref)
                    blamed = desk.gate.successes > before and not isinstance(exc, TaggerBusyError)
                    await self._settle(call, question, desk, exc, blamed=blamed)
                    strikes += blamed
                    if not isinstance(exc, TaggerUnavailableError) or strikes >= _STRIKES:
                        raise
                    continue
                return await self._keep(call, question, desk, answer)

    async def _attempts_left(self, job: Job, question: Question) -> int:
        made = await self._lane(lambda c: calls.attempts(c, question))
        if made < self._attempts:
            return self._attempts - made
        raise TaggerAnswerError(
            f"asked {made} times, and no answer came of it.",
            asset=str(job.ref),
            cure="Set 'attempts' in [run] higher to have it asked again.",
        )

    async def _observe(
        self, desk: Desk, rendition: Rendition, facts: Facts, attempts: int
    ) -> Answer:
        self.asked += 1
        if isinstance(desk.tagger, FrugalTagger):
            return await desk.tagger.observe_within(rendition, facts, attempts)
        return await desk.tagger.observe(rendition, facts)

    async def _keep(self, call: int, question: Question, desk: Desk, answer: Answer) -> Remembered:
        async def keep() -> int:
            name = desk.tagger.name
            number = await self._lane(lambda c: answers.keep_answer(c, question, name, answer))
            await self._purse.answered(call, answer)
            return number

        # An answer that is paid for is kept even when the run is being torn down.
        number = await asyncio.shield(asyncio.ensure_future(keep()))
        desk.gate.succeeded()
        return Remembered(number, answer, None, "answered", question.recipe)

    async def _settle(
        self, call: int, question: Question, desk: Desk, error: TaggerError, *, blamed: bool
    ) -> None:
        """Put a call without an answer on record, and remember what will never have one."""
        final = error.error_class in (ErrorClass.REFUSED, ErrorClass.PERMANENT)
        if final and not error.stops_run:
            desk.gate.succeeded()
            name = desk.tagger.name
            await self._lane(lambda c: answers.keep_refusal(c, question, name, error))
        if isinstance(error, TaggerUnavailableError):
            desk.gate.failed(error)
            paid = error.usage is not None and error.usage.cost != 0
            await self._purse.failed(call, error, counts=blamed and paid)
            return
        await self._purse.failed(call, error, counts=final and not error.stops_run)


def intent_of(  # noqa: PLR0917 - a record of all that one call is about
    run_id: str,
    job: Job,
    question: Question,
    tagger: Tagger,
    facts: Facts,
    rendition: Rendition,
    most: Decimal | None,
) -> Intent:
    """Return the record of a call that is about to be made, with what leaves the machine."""
    intent = Intent(run_id, job.asset_id, question, tagger.name, most)
    if not tagger.leaves_machine:
        return intent
    digest = hashlib.sha256(rendition.data).hexdigest()
    sent = tagger.sends(facts) if isinstance(tagger, OpenTagger) else Sent("")
    return replace(
        intent,
        host=sent.host,
        sent_bytes=len(rendition.data),
        sent_digest=digest,
        sent_facts=dict(sent.facts),
    )


def _recalled(known: Remembered, job: Job) -> Remembered:
    if known.answer is not None:
        return known
    kind = TaggerRefusedError if known.outcome == "refused" else TaggerAnswerError
    raise kind(known.error or None, asset=str(job.ref))


def facts_key(tagger: Tagger, facts: Facts) -> str:
    """Return a key of the facts that shape a tagger's answer; empty: only the picture does.

    Of a tagger that does not say which it reads, all count but those that we change ourselves.
    """
    if not tagger.reads_facts:
        return ""
    if isinstance(tagger, SelectiveTagger):
        return tagger.facts_key(facts)
    parts = [part for name, part in zip(_NAMES, astuple(facts), strict=True) if name not in _OURS]
    text = json.dumps(parts, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_NAMES = tuple(Facts.__dataclass_fields__)
_OURS = ("tags", "extras")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)
