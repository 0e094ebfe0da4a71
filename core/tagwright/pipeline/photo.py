"""The way of one photo: key, facts, answers, mapping, decisions, verified write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from tagwright.errors import TaggerAnswerError, TaggerRefusedError
from tagwright.mapping import Mapper
from tagwright.model import Answer, Decision, Facts, Rendition, Suggestion, Tag
from tagwright.pipeline.asking import Asker, Desk, facts_key
from tagwright.pipeline.results import Result, Session
from tagwright.policy import decide
from tagwright.ports import Receipt
from tagwright.state import Lane, ledger, queue
from tagwright.state.answers import Question
from tagwright.state.queue import Job


@dataclass(frozen=True, slots=True)
class _Said:
    """All that the taggers said of one photo."""

    answers: tuple[tuple[str, Answer], ...]
    refusal: TaggerRefusedError | TaggerAnswerError | None


class Photo:
    """Processes photos, one call each; holds what all photos of a run share."""

    def __init__(self, session: Session, asker: Asker, desks: Sequence[Desk]) -> None:
        self.asker = asker
        self._library = session.library
        self._settings = session.settings
        self._lane = session.lane
        self._run_id = session.run_id
        self._desks = desks
        self._mapper = Mapper(session.settings.taxonomy, session.settings.mapping)
        self._goal = session.settings.goal

    async def process(self, job: Job) -> Result:
        """Bring one asset to its goal; every step that is done is remembered at once.

        Raises:
            TagwrightError: it could not be; the asset is as it was.
        """
        key = await self._library.content_key(job.ref)
        facts = await self._library.facts(job.ref)
        rejected = await self._lane(lambda c: self._feedback(c, job, key, facts))
        said = await self._answers(job, key, facts)
        mapped = self._mapper.map(
            [
                (name, observation)
                for name, answer in said.answers
                for observation in answer.observations
            ]
        )
        suggestions = decide(
            mapped.candidates, self._settings.taxonomy, self._settings.policy, rejected
        )
        tags = self._tags(suggestions, said)
        receipt = await self._write(job, facts, suggestions, tags)
        return Result(
            job.ref,
            "refused" if said.refusal else "tagged",
            facts,
            said.answers,
            tuple(suggestions),
            tuple(observation for _, observation in mapped.unmapped),
            receipt,
            said.refusal,
        )

    def _feedback(self, connection: Connection, job: Job, key: str, facts: Facts) -> set[str]:
        """Take note of our tags that a person has deleted; return all that were rejected."""
        queue.set_content_key(connection, job.asset_id, key)
        ledger.settle(connection, job.asset_id, facts.tags)
        standing = ledger.standing(connection, job.asset_id)
        missing = [concept for concept, path in standing.items() if path not in facts.tags]
        ledger.reject(connection, job.asset_id, key, missing, "deleted in the library")
        return ledger.rejected(connection, job.asset_id, key)

    async def _answers(self, job: Job, key: str, facts: Facts) -> _Said:
        picture: Rendition | None = None

        async def rendition() -> Rendition:
            nonlocal picture
            if picture is None:
                picture = await self._library.rendition(job.ref, self._settings.rendition)
            return picture

        found: list[tuple[str, Answer]] = []
        refusal: TaggerRefusedError | TaggerAnswerError | None = None
        for desk in self._desks:
            known = facts_key(facts) if desk.tagger.reads_facts else ""
            question = Question(key, desk.recipe, known)
            try:
                answer = await self.asker.answer(job, question, desk, facts, rendition)
            except (TaggerRefusedError, TaggerAnswerError) as exc:
                refusal = exc  # the other taggers still have their say
            else:
                found.append((desk.tagger.name, answer))
        return _Said(tuple(found), refusal)

    def _tags(self, suggestions: Sequence[Suggestion], said: _Said) -> list[Tag]:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        models = {name: answer.model for name, answer in said.answers}
        return [
            Tag(
                s.concept,
                self._settings.taxonomy.path(s.concept),
                round(s.confidence, 3),
                _by(s.why[0].tagger, models),
                self._run_id,
                now,
            )
            for s in suggestions
            if s.decision is Decision.APPLY
        ]

    async def _write(
        self, job: Job, facts: Facts, suggestions: Sequence[Suggestion], tags: Sequence[Tag]
    ) -> Receipt:
        missing = [tag for tag in tags if tag.path not in facts.tags]
        if self._settings.dry_run:
            receipt = await self._library.plan(job.ref, missing)
            await self._lane(lambda c: queue.release(c, [job.asset_id]))
            return receipt
        await self._lane(
            lambda c: ledger.keep_suggestions(c, self._run_id, job.asset_id, suggestions)
        )
        intention = Intention(self._lane, self._run_id, job.asset_id)
        receipt = await self._library.write(job.ref, missing, intention.record)
        await self._lane(lambda c: self._finish(c, job, receipt, intention.receipt_id))
        return receipt

    def _finish(
        self, connection: Connection, job: Job, receipt: Receipt, receipt_id: int | None
    ) -> None:
        if receipt_id is not None:
            ledger.confirm(connection, receipt_id)
        ledger.mark_applied(connection, job.asset_id, receipt.written)
        queue.done(connection, job.asset_id, self._goal, receipt.size, receipt.modified)


class Intention:
    """Records a write in the ledger before the library carries it out."""

    def __init__(self, lane: Lane, run_id: str, asset_id: int) -> None:
        self.receipt_id: int | None = None
        self._lane = lane
        self._run_id = run_id
        self._asset_id = asset_id

    async def record(self, receipt: Receipt) -> None:
        """Remember ``receipt`` as intended; the library calls this before it touches anything."""
        self.receipt_id = await self._lane(
            lambda c: ledger.intend(c, self._run_id, self._asset_id, receipt)
        )


def _by(tagger: str, models: dict[str, str]) -> str:
    model = models.get(tagger, tagger)
    return tagger if model in tagger else f"{tagger} ({model})"
