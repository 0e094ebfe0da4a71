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
from tagwright.pipeline.bursts import Bursts
from tagwright.pipeline.gates.gate import Gate
from tagwright.pipeline.purse import Purse
from tagwright.pipeline.turns import Turns
from tagwright.ports import FrugalTagger, LimitedTagger, OpenTagger, SelectiveTagger, Tagger
from tagwright.privacy import Guard
from tagwright.state import Lane, answers, batches, calls, pauses
from tagwright.state.answers import Question, Remembered
from tagwright.state.calls import Intent
from tagwright.state.queue import Job

_CUT_SHORT = 3  # more calls that a kill may cut short: it may be the photo that brings it about
_LONG_PAUSE = 60.0  # s; what services ask for beyond it is remembered for other runs
_STRIKES = 5  # failures for one photo while the same service answers for others
_HASTY_STRIKES = 2  # failures of any kind, where another tagger is asked instead


@dataclass(slots=True)
class Desk:
    """One tagger with its gate and recipe, for the length of a run."""

    tagger: Tagger
    recipe: str
    family: str  # empty: only answers to the very question count
    gate: Gate  # of the account; shared with the other taggers that use it
    patience: float  # s without any answer of the service that are waited out
    hasty: bool = False  # another tagger is asked instead of waiting for this one
    out: TaggerError | None = None  # why it is not asked any more in this run
    batched: bool = False  # whether answers may be under way in a batch
    later: bool = False  # whether nothing is asked but in batches


class Asker:
    """Puts questions, and never the same one twice."""

    def __init__(
        self,
        lane: Lane,
        run_id: str,
        purse: Purse,
        *,
        attempts: int,
        bursts: Bursts,
        turns: Turns,
        guard: Guard,
    ) -> None:
        """Make one.

        Args:
            lane: To the state.
            run_id: Of the run.
            purse: The run's money.
            attempts: How often an answer may be asked and paid for, over all runs.
            bursts: Of the run.
            turns: Of the run: twins of one picture wait for each other, wherever they lie.
            guard: Of the fences that hold for its photos.
        """
        self.bursts = bursts
        self.asked = 0
        self.earlier = 0  # answers that were given under an earlier vocabulary
        self._lane = lane
        self._run_id = run_id
        self._purse = purse
        self._attempts = attempts
        self._guard = guard
        self._turns = turns

    async def recall(self, question: Question) -> Remembered | None:
        """Return what is on file of a question; nobody is asked."""
        copies = self.bursts.on
        return await self._lane(lambda c: answers.recall(c, question, copies=copies))

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
            FencedError: the photo is kept from the tagger; nothing was sent.
            TaggerError: there is none; a refusal is raised again from memory at no cost.
        """
        async with self._turns.of(question):
            known = await self.recall(question)
            if known is not None:
                self.earlier += known.recipe != question.recipe
                return _recalled(known, job)
            await self._refrain(job, question, desk)
            picture = await self._guard.shown(desk.tagger, job.ref, facts, rendition)
            return await self.bursts.answer(
                job.ref,
                question,
                desk.tagger,
                facts,
                picture,
                lambda: self._ask(job, question, desk, facts, picture),
            )

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
        gate = desk.gate
        others = gate.successes
        strikes = tries = 0
        while True:
            try:
                return await self._try(job, question, desk, facts, rendition)
            except _TryAgainError as exc:
                tries += 1
                # It is the photo's trouble, not the service's, as long as others are answered.
                alone = gate.successes > others or (gate.successes > 0 and not gate.is_closed)
                strikes += desk.hasty or (alone and not isinstance(exc.error, TaggerBusyError))
                if strikes >= (_HASTY_STRIKES if desk.hasty else _STRIKES):
                    raise exc.error from exc
            await gate.rest(tries)

    async def _try(
        self, job: Job, question: Question, desk: Desk, facts: Facts, rendition: Rendition
    ) -> Remembered:
        left = await self._attempts_left(job, question)
        async with desk.gate.slot(0.0 if desk.hasty else desk.patience):
            if desk.out is not None:  # since it was queued for
                raise desk.out.with_traceback(None)
            others = desk.gate.successes
            most = await self._purse.most(desk.tagger, rendition, facts)
            intent = intent_of(self._run_id, job, question, desk.tagger, facts, rendition, most)
            call = await self._purse.begin(intent)
            try:
                answer = await self._observe(desk, rendition, facts, left)
            except TaggerError as exc:
                exc.asset = exc.asset or str(job.ref)
                answered = desk.gate.successes > others
                await self._settle(call, question, desk, exc, others_answered=answered)
                if isinstance(exc, TaggerUnavailableError) and not exc.stops_run:
                    raise _TryAgainError(exc) from exc
                raise
            except BaseException:  # a fault in a plugin, or the end of the run
                self._purse.given_up(call)
                raise
            return await self._keep(call, question, desk, answer)

    async def _attempts_left(self, job: Job, question: Question) -> int:
        made, cut_short = await self._lane(lambda c: calls.attempts(c, question))
        if made < self._attempts and cut_short <= self._attempts + _CUT_SHORT:
            return self._attempts - made
        raise TaggerAnswerError(
            f"asked {made + cut_short} times, and no answer came of it.",
            asset=str(job.ref),
            cure="Set 'attempts' in [run] higher and use --force to have it asked again.",
        )

    async def _observe(
        self, desk: Desk, rendition: Rendition, facts: Facts, attempts: int
    ) -> Answer:
        self.asked += 1
        try:
            if isinstance(desk.tagger, FrugalTagger):
                return await desk.tagger.observe_within(rendition, facts, attempts)
            return await desk.tagger.observe(rendition, facts)
        finally:
            if isinstance(desk.tagger, LimitedTagger):
                desk.gate.told(desk.tagger.quota())

    async def _keep(self, call: int, question: Question, desk: Desk, answer: Answer) -> Remembered:
        name = desk.tagger.name
        kept = self._purse.answered(
            call, answer, lambda c: answers.keep_answer(c, question, name, answer)
        )
        # An answer that is paid for is kept even when the run is being torn down.
        number = await asyncio.shield(asyncio.ensure_future(kept))
        desk.gate.succeeded(answer.usage)
        return Remembered(number, answer, None, "answered", question.recipe)

    async def _settle(
        self,
        call: int,
        question: Question,
        desk: Desk,
        error: TaggerError,
        *,
        others_answered: bool,
    ) -> None:
        """Put a call without an answer on record, and remember what will never have one."""
        if isinstance(error, TaggerUnavailableError):
            desk.gate.failed(error)
            await self._remember_pause(desk.gate, error)
            paid = error.usage is not None and error.usage.cost != 0
            await self._purse.failed(call, error, counts=others_answered and paid)
            return
        final = error.error_class in (ErrorClass.REFUSED, ErrorClass.PERMANENT)
        if not final or error.stops_run:
            await self._purse.failed(call, error, counts=False)
            return
        desk.gate.succeeded(error.usage)
        name = desk.tagger.name
        await self._purse.failed(
            call, error, lambda c: answers.keep_refusal(c, question, name, error), counts=True
        )

    async def _remember_pause(self, gate: Gate, error: TaggerUnavailableError) -> None:
        seconds = error.retry_after
        if seconds is not None and seconds > _LONG_PAUSE:
            await self._lane(lambda c: pauses.keep(c, gate.name, seconds, error.message))


class _TryAgainError(Exception):
    """A service did not answer."""

    def __init__(self, error: TaggerUnavailableError) -> None:
        super().__init__(str(error))
        self.error = error


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

    Of a tagger that does not say which it reads, all count but those that we change ourselves, and
    those that are there for privacy fences.
    """
    if not tagger.reads_facts:
        return ""
    if isinstance(tagger, SelectiveTagger):
        return tagger.facts_key(facts)
    parts = [part for name, part in zip(_NAMES, astuple(facts), strict=True) if name not in _ASIDE]
    text = json.dumps(parts, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_NAMES = tuple(Facts.__dataclass_fields__)
_ASIDE = ("tags", "extras", "unseen", "claimed", "people", "keywords")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)
