"""Getting answers: from the store where the question was asked before, else from the tagger."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import astuple, dataclass
from datetime import datetime

from tagwright.errors import (
    ErrorClass,
    TaggerAnswerError,
    TaggerError,
    TaggerRefusedError,
    TaggerUnavailableError,
)
from tagwright.model import Facts, Rendition
from tagwright.pipeline.gate import Gate
from tagwright.ports import SelectiveTagger, Tagger
from tagwright.state import Lane, answers
from tagwright.state.answers import Question, Remembered
from tagwright.state.queue import Job

_STRIKES = 3  # failures for one photo while the same service answers for others


@dataclass(slots=True)
class Desk:
    """One tagger with its gate and recipe, for the length of a run."""

    tagger: Tagger
    recipe: str
    family: str  # empty: only answers to the very question count
    gate: Gate


class Asker:
    """Puts questions, and never the same one twice."""

    def __init__(self, lane: Lane, run_id: str) -> None:
        self.asked = 0
        self.earlier = 0  # answers that were given under an earlier vocabulary
        self._lane = lane
        self._run_id = run_id
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
                return await self._ask(job, question, desk, facts, await rendition())
            finally:
                self._under_way.pop(question, None)

    async def _ask(
        self, job: Job, question: Question, desk: Desk, facts: Facts, rendition: Rendition
    ) -> Remembered:
        strikes = 0
        while True:
            async with desk.gate.slot():
                before = desk.gate.successes
                try:
                    return await self._call(job, question, desk, facts, rendition)
                except TaggerUnavailableError as exc:
                    desk.gate.failed(exc)
                    strikes += desk.gate.successes > before
                    if strikes >= _STRIKES:
                        exc.asset = exc.asset or str(job.ref)
                        raise

    async def _call(
        self, job: Job, question: Question, desk: Desk, facts: Facts, rendition: Rendition
    ) -> Remembered:
        name = desk.tagger.name
        call = await self._lane(
            lambda c: answers.begin_call(c, self._run_id, job.asset_id, question, name)
        )
        self.asked += 1
        try:
            answer = await desk.tagger.observe(rendition, facts)
        except TaggerError as exc:
            error = exc
            if exc.error_class in (ErrorClass.REFUSED, ErrorClass.PERMANENT) and not exc.stops_run:
                desk.gate.succeeded()
                await self._lane(lambda c: answers.keep_refusal(c, call, question, name, error))
                exc.asset = exc.asset or str(job.ref)
            else:
                await self._lane(lambda c: answers.call_failed(c, call, error))
            raise
        # An answer that is paid for is kept even when the run is being torn down.
        keep = self._lane(lambda c: answers.keep_answer(c, call, question, name, answer))
        answer_id = await asyncio.shield(asyncio.ensure_future(keep))
        desk.gate.succeeded()
        return Remembered(answer_id, answer, None, "answered", question.recipe)


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
