"""The way of one photo: key, facts, answers, mapping, decisions, verified write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from tagwright.errors import TaggerAnswerError, TaggerRefusedError, VanishedError
from tagwright.feedback import learn
from tagwright.model import Answer, AssetRef, Extra, Facts, Rendition, Tag
from tagwright.pipeline.asking import Asker, Desk, facts_key
from tagwright.pipeline.exchanging import Exchange, caption_of, exchange
from tagwright.pipeline.judging import Judge, Judgement
from tagwright.pipeline.recording import Recorder
from tagwright.pipeline.results import Result, Session
from tagwright.ports import Receipt, Withdrawal
from tagwright.state import Lane, extras, ledger, moves, queue, suggestions, visits
from tagwright.state.answers import Question
from tagwright.state.queue import Job


@dataclass(frozen=True, slots=True)
class _Said:
    """All that the taggers said of one photo."""

    answers: tuple[tuple[str, Answer], ...]
    ids: tuple[int, ...]  # of the answers
    refusal: TaggerRefusedError | TaggerAnswerError | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is to become of one photo."""

    human: Facts  # what is known of it, without what we wrote
    judgement: Judgement
    change: Exchange
    missing: list[Tag]


class Photo:
    """Processes photos, one call each; holds what all photos of a run share."""

    def __init__(self, session: Session, asker: Asker, desks: Sequence[Desk]) -> None:
        self.asker = asker
        self._library = session.library
        self._settings = session.settings
        self._lane: Lane = session.lane
        self._run_id = session.run_id
        self._desks = desks
        settings = session.settings
        holds = session.library.holds
        self._judge = Judge(settings.taxonomy, settings.policy, settings.mapping, holds)
        self._recorder = Recorder(session.library, session.lane, session.run_id)
        self._goal = session.settings.goal

    async def process(self, job: Job) -> Result:
        """Bring one asset to its goal; every step that is done is remembered at once.

        Raises:
            TagwrightError: it could not be; the asset is as it was.
        """
        key = await self._library.content_key(job.ref)
        facts = await self._library.facts(job.ref)
        known = await self._known(job, key, facts)
        human = known.human(facts)
        said = await self._answers(job, key, human)
        pairs = [(name, one) for name, answer in said.answers for one in answer.observations]
        caption = caption_of({name: one.caption for name, one in said.answers if one.caption})
        judgement = self._judge.judge(pairs, human, known.rejected, caption)
        change = known.exchange(judgement, human).replacing()
        judged = _Judged(human, judgement, change, self._missing(facts, judgement, said))
        receipt = await self._write(job, judged, said)
        return Result(
            job.ref,
            "refused" if said.refusal else "tagged",
            facts,
            said.answers,
            judgement.suggestions,
            judgement.unmapped,
            receipt,
            said.refusal,
            judgement.fired,
            self._stale(judgement, known),
            change.barred,
        )

    async def _known(self, job: Job, key: str, facts: Facts) -> Known:
        """Return what the ledger says of an asset, whatever it was called before."""
        known = await self._lane(lambda c: feedback(c, job.asset_id, key, facts, job.ref.library))
        for old_id, old in known.earlier:
            try:
                await self._library.content_key(old)
            except VanishedError:  # else it is a copy
                await self._lane(lambda c, old_id=old_id: moves.inherit(c, job.asset_id, old_id))  # type: ignore[misc]  # the default binds the loop variable
                return await self._lane(lambda c: feedback(c, job.asset_id, key, facts))
        return known

    def _stale(self, judgement: Judgement, known: Known) -> int:
        if judgement.left_alone is not None:
            return 0
        wanted = {self._settings.taxonomy.path(one.concept) for one in judgement.applied}
        return sum(path not in wanted for path in known.standing.values())

    async def _answers(self, job: Job, key: str, facts: Facts) -> _Said:
        picture: Rendition | None = None

        async def rendition() -> Rendition:
            nonlocal picture
            if picture is None:
                picture = await self._library.rendition(job.ref, self._settings.rendition)
            return picture

        found: list[tuple[str, Answer]] = []
        ids: list[int] = []
        refusal: TaggerRefusedError | TaggerAnswerError | None = None
        for desk in self._desks:
            shaping = facts_key(desk.tagger, facts)
            question = Question(key, desk.recipe, shaping, desk.family)
            try:
                kept = await self.asker.answer(job, question, desk, facts, rendition)
            except (TaggerRefusedError, TaggerAnswerError) as exc:
                refusal = exc  # the other taggers still have their say
                continue
            assert kept.answer is not None
            found.append((desk.tagger.name, kept.answer))
            ids.append(kept.id)
        return _Said(tuple(found), tuple(ids), refusal)

    def _missing(self, facts: Facts, judgement: Judgement, said: _Said) -> list[Tag]:
        models = {name: answer.model for name, answer in said.answers}
        tags = self._judge.tags(judgement, models, self._run_id)
        return [tag for tag in tags if tag.path not in facts.tags]

    async def _write(self, job: Job, judged: _Judged, said: _Said) -> Receipt:
        leaving = Withdrawal(extras=judged.change.withdrawn)
        new = judged.missing, leaving, judged.change.added
        if self._settings.dry_run:
            receipt = await self._library.plan(job.ref, *new)
            await self._lane(lambda c: queue.release(c, [job.asset_id]))
            return receipt
        receipt, number = await self._recorder.write(job.asset_id, job.ref, *new)
        found = judged.judgement.suggestions

        def finish(connection: Connection) -> None:
            if number is not None:
                ledger.confirm(connection, number)
            visits.keep(connection, job.asset_id, judged.human, said.ids)
            suggestions.keep(connection, self._run_id, job.asset_id, found)
            suggestions.mark_applied(connection, job.asset_id)
            queue.done(connection, job.asset_id, self._goal, receipt.size, receipt.modified)

        await self._lane(finish)
        return receipt


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says of one asset."""

    rejected: frozenset[str]  # concepts
    standing: Mapping[str, tuple[str, ...]]  # paths of our tags that stand there, by concept
    extras: frozenset[Extra] = frozenset()  # those of ours that stand there
    rejected_extras: frozenset[Extra] = frozenset()  # what people took away or wrote over
    earlier: tuple[tuple[int, AssetRef], ...] = ()  # assets that it may have been before

    def human(self, facts: Facts) -> Facts:
        """Return facts with only those tags and extras that are not ours."""
        ours = set(self.standing.values())
        tags = tuple(path for path in facts.tags if path not in ours)
        others = tuple(one for one in facts.extras if one not in self.extras)
        return replace(facts, tags=tags, extras=others)

    def exchange(self, judgement: Judgement, human: Facts) -> Exchange:
        """Return what a judgement changes beside tags; nothing on a photo that is left alone."""
        if judgement.left_alone is not None:
            return Exchange(kept=tuple(sorted(self.extras)))
        return exchange(judgement.extras, human.extras, self.extras, self.rejected_extras)


def feedback(
    connection: Connection, asset_id: int, key: str, facts: Facts, library: str = ""
) -> Known:
    """Take note of what people did to what is ours; return what is then known.

    Where the name of its ``library`` is given, what the asset may have been before is looked up.
    """
    queue.set_content_key(connection, asset_id, key)
    ledger.settle(connection, asset_id, facts.tags, facts.extras)
    left = learn(connection, asset_id, key, facts).left
    rejected = ledger.rejected(connection, asset_id, key)
    before = moves.earlier(connection, asset_id, key, library) if library else ()
    there = extras.standing(connection, asset_id)
    gone = extras.rejected(connection, key)
    return Known(frozenset(rejected), left, there, gone, before)
