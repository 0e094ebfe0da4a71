"""The way of one photo: key, facts, answers, mapping, decisions, verified write."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from tagwright.errors import VanishedError
from tagwright.feedback import Learned, learn, look, renounced
from tagwright.model import AssetRef, Extra, Facts, Rendition, Tag
from tagwright.pipeline.asking import Asker, Desk
from tagwright.pipeline.consulting.consultation import Consultation
from tagwright.pipeline.consulting.talking import Said, Subject
from tagwright.pipeline.exchanging import Exchange, caption_of, exchange
from tagwright.pipeline.judging import Judge, Judgement
from tagwright.pipeline.recording import Recorder
from tagwright.pipeline.results import Result, Session
from tagwright.ports import Receipt, ThriftyLibrary, Withdrawal
from tagwright.state import Lane, extras, hands, ledger, moves, queue, suggestions, visits
from tagwright.state.queue import Job
from tagwright.state.rejections import DELETED
from tagwright.taxonomy import Taxonomy


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
        settings = session.settings
        holds = session.library.holds
        self._judge = Judge(settings.taxonomy, settings.policy, settings.mapping, holds)
        self._consultation = Consultation(session, asker, desks, self._judge)
        self._recorder = Recorder(session.library, session.lane, session.run_id)
        self._goal = session.settings.goal

    async def process(self, job: Job, made_ready: Callable[[], Awaitable[None]]) -> Result:
        """Bring one asset to its goal; every step that is done is remembered at once.

        ``made_ready`` is awaited once there is nothing left to do but to write.

        Raises:
            TagwrightError: it could not be; the asset is as it was.
        """
        if why := await self.stands_back(job):
            return await self._pass(job, why)
        key, facts, known = await self.look(job)
        human = known.human(facts)
        subject = Subject(job, key, human, known.rejected, self._renderer(job))
        said = await self._consultation.about(subject)
        caption = caption_of(said.captions)
        judgement = self._judge.judge(said.sayings, human, known.rejected, caption, said.routes)
        change = known.exchange(judgement, human).replacing()
        judged = _Judged(human, judgement, change, self._missing(facts, judgement, said))
        await made_ready()
        receipt = await self._write(job, judged, said)
        return Result(
            job.ref,
            "refused" if said.refusal else "tagged",
            facts,
            tuple((one.tagger, one.answer) for one in said.replies),
            judgement.suggestions,
            judgement.unmapped,
            receipt,
            said.refusal,
            judgement.fired,
            self._stale(judgement, known),
            change.barred,
            tuple(said.courses),
            tuple(said.notes),
            tuple(said.fenced),
            known.learned,
        )

    async def stands_back(self, job: Job) -> str | None:
        """Return why an asset is to go without tags; None: it is not."""
        library = self._library
        return await library.stands_back(job.ref) if isinstance(library, ThriftyLibrary) else None

    async def _pass(self, job: Job, why: str) -> Result:
        def finish(connection: Connection) -> None:
            if self._settings.dry_run:
                queue.release(connection, [job.asset_id])
            else:
                queue.passed(connection, job.asset_id, self._goal)

        await self._lane(finish)
        return Result(job.ref, "passed", notes=(why,))

    async def look(self, job: Job) -> tuple[str, Facts, Known]:
        """Return an asset's content key, the facts of it, and what the ledger says."""
        key = await self._library.content_key(job.ref)
        known = None
        for sure in (False, True):
            visit = Visiting(self._run_id, time.time(), await self._library.facts(job.ref))
            known = await self._lane(partial(self._known, job=job, key=key, visit=visit, sure=sure))
            if known is not None:
                break
        assert known is not None
        return key, visit.facts, await self._inherited(job, key, visit, known)

    def _known(
        self, connection: Connection, job: Job, key: str, visit: Visiting, *, sure: bool
    ) -> Known | None:
        """Return what is known of an asset; None: it is to be read anew, to be sure.

        What was read may be older than our last write, which then seems to be undone by a person.
        """
        asset_id, taxonomy = job.asset_id, self._settings.taxonomy
        if not sure and (
            look(connection, asset_id, visit.facts)
            or renounced(connection, asset_id, visit.facts, taxonomy)
        ):
            return None
        return feedback(connection, asset_id, key, visit, taxonomy, library=job.ref.library)

    async def _inherited(self, job: Job, key: str, visit: Visiting, known: Known) -> Known:
        """Return what the ledger says of an asset, whatever it was called before."""
        taxonomy = self._settings.taxonomy
        for old_id, old in known.earlier:
            try:
                await self._library.content_key(old)
            except VanishedError:  # else it is a copy
                await self._lane(lambda c, old_id=old_id: moves.inherit(c, job.asset_id, old_id))  # type: ignore[misc]  # the default binds the loop variable
                return await self._lane(lambda c: feedback(c, job.asset_id, key, visit, taxonomy))
        return known

    def _stale(self, judgement: Judgement, known: Known) -> int:
        if judgement.left_alone is not None:
            return 0
        wanted = {self._settings.taxonomy.path(one.concept) for one in judgement.applied}
        return sum(
            path not in wanted and concept not in known.accepted
            for concept, path in known.standing.items()
        )

    def _renderer(self, job: Job) -> Callable[[], Awaitable[Rendition]]:
        """Return what renders a photo once, and only if somebody is to be asked."""
        picture: Rendition | None = None

        async def rendition() -> Rendition:
            nonlocal picture
            if picture is None:
                picture = await self._library.rendition(job.ref, self._settings.rendition)
            return picture

        return rendition

    def _missing(self, facts: Facts, judgement: Judgement, said: Said) -> list[Tag]:
        models = {one.tagger: one.answer.model for one in said.replies}
        tags = self._judge.tags(judgement, models, self._run_id)
        return [tag for tag in tags if tag.path not in facts.tags]

    async def _write(self, job: Job, judged: _Judged, said: Said) -> Receipt:
        leaving = Withdrawal(extras=judged.change.withdrawn)
        new = judged.missing, leaving, judged.change.added
        if self._settings.dry_run:
            receipt = await self._library.plan(job.ref, *new)
            await self._lane(lambda c: queue.release(c, [job.asset_id]))
            return receipt
        receipt, number = await self._recorder.write(job.asset_id, job.ref, *new)
        found = judged.judgement.suggestions
        routes = {one.id: one.route for one in said.replies}

        def finish(connection: Connection) -> None:
            if number is not None:
                ledger.confirm(connection, number)
            visits.keep(connection, job.asset_id, judged.human, routes)
            suggestions.keep(connection, self._run_id, job.asset_id, found)
            suggestions.mark_applied(connection, job.asset_id)
            queue.done(
                connection,
                job.asset_id,
                self._goal,
                receipt.size,
                receipt.modified,
                finished=not said.incomplete,
            )

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
    accepted: frozenset[str] = frozenset()  # concepts that stand by a person's decision
    learned: Learned | None = None  # what people did since the last visit

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


@dataclass(frozen=True, slots=True)
class Visiting:
    """An asset as a run has read it."""

    run_id: str
    at: float  # when it began to read, s since the epoch
    facts: Facts


def feedback(
    connection: Connection,
    asset_id: int,
    key: str,
    visit: Visiting,
    taxonomy: Taxonomy,
    *,
    library: str = "",
) -> Known:
    """Take note of what people did to what is ours, and was theirs; return what is then known.

    Where the name of its ``library`` is given, what the asset may have been before is looked up.

    Raises:
        InHandError: another run is writing to it, or has since it was read.
    """
    hands.check(connection, asset_id, visit.run_id, visit.at)
    facts = visit.facts
    queue.set_content_key(connection, asset_id, key)
    ledger.settle(connection, asset_id, facts.tags, facts.extras)
    unwanted = renounced(connection, asset_id, facts, taxonomy)
    ledger.reject(connection, asset_id, key, unwanted, DELETED)
    learned = learn(connection, asset_id, key, facts)
    rejected = ledger.rejected(connection, asset_id, key)
    before = moves.earlier(connection, asset_id, key, library) if library else ()
    there = extras.standing(connection, asset_id)
    gone = extras.rejected(connection, key)
    accepted = suggestions.accepted(connection, asset_id)
    return Known(
        *(frozenset(rejected), learned.left, there, gone, before, accepted), learned=learned
    )
