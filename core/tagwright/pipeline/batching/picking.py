"""Which photos go into batches."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection

from tagwright.errors import FencedError, TagwrightError
from tagwright.model import Facts, Rendition
from tagwright.pipeline.asking import Asker, Desk, facts_key
from tagwright.pipeline.photo import Photo
from tagwright.pipeline.results import Result, Session
from tagwright.state import answers, batches, calls, queue
from tagwright.state.answers import Question
from tagwright.state.queue import Job

logger = logging.getLogger(__name__)


class Basket(Protocol):
    """Takes what one tagger is to be asked."""

    under_way: int  # photos that were in a batch already

    async def add(
        self, job: Job, question: Question, desk: Desk, facts: Facts, picture: Rendition
    ) -> None:
        """Take a photo."""


class Picker(Photo):
    """Puts photos whose answers are missing into baskets, and writes nothing to them."""

    def __init__(
        self,
        session: Session,
        asker: Asker,
        desks: Sequence[Desk],
        baskets: Mapping[str, Basket],
    ) -> None:
        """``baskets`` are there by the names of taggers; the others are not asked."""
        super().__init__(session, asker, desks)
        self._desks = desks
        self._baskets = baskets

    async def process(
        self,
        job: Job,
        made_ready: Callable[[], Awaitable[None]],  # noqa: ARG002 - nothing is written here
    ) -> Result:
        """Pick what is missing of one asset, and put it back for the run that follows."""
        try:
            await self._pick(job)
        except TagwrightError as exc:
            if exc.stops_run:
                raise
            # The run that follows meets the same trouble, and reports it.
            logger.debug("not put into a batch: %s", exc)
        await self._lane(lambda c: queue.release(c, [job.asset_id]))
        return Result(job.ref, "left")

    async def _pick(self, job: Job) -> None:
        if await self.stands_back(job):
            return
        key, facts, known = await self.look(job)
        human = known.human(facts)
        for desk in self._desks:
            basket = self._baskets.get(desk.tagger.name)
            if basket is None:
                continue
            question = Question(key, desk.recipe, facts_key(desk.tagger, human), desk.family)
            if await self._wanted(question, basket):
                await self._put(job, question, desk, human, basket)

    async def _put(
        self, job: Job, question: Question, desk: Desk, facts: Facts, basket: Basket
    ) -> None:
        shown = self._settings.guard.shown
        try:
            picture = await shown(desk.tagger, job.ref, facts, self._renderer(job))
        except FencedError:
            return  # the run that follows says so
        await basket.add(job, question, desk, facts, picture)

    async def _wanted(self, question: Question, basket: Basket) -> bool:
        """Say whether a photo goes into a batch.

        What must not leave the machine is turned away afterwards, by the guard.
        """
        attempts = self._settings.attempts

        def look_up(connection: Connection) -> tuple[bool, bool]:
            if answers.recall(connection, question) is not None:
                return False, False
            held = batches.holds(connection, question)
            in_vain, cut_short = calls.attempts(connection, question)
            return not held and in_vain + cut_short < attempts, held

        wanted, held = await self._lane(look_up)
        basket.under_way += held
        return wanted
