"""A service that was passed over is asked again by itself, once its pause is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tagwright.errors import TaggerBusyError
from tagwright.model import Answer, AssetRef, Facts, Rendition, RenditionSpec
from tagwright.pipeline import Judge, Session, Settings
from tagwright.pipeline.asking import Asker, Desk
from tagwright.pipeline.bursts import Bursts
from tagwright.pipeline.consulting.chains import Chain
from tagwright.pipeline.consulting.consultation import Consultation
from tagwright.pipeline.consulting.talking import Subject
from tagwright.pipeline.gates.gate import Gate
from tagwright.pipeline.purse import Budget, Purse
from tagwright.pipeline.turns import Turns
from tagwright.policy import Policy
from tagwright.privacy import Guard
from tagwright.state import answers, queue, runs
from tagwright.state.queue import Wish
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says


class Clock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture
async def answered_by(bench: Any) -> Callable[..., Any]:
    """Ask a chain about a new photo each time, and return who answered."""

    async def prepare(clock: Clock, *taggers: MemoryTagger) -> Callable[[], Any]:
        names = tuple(tagger.name for tagger in taggers)
        chain = Chain("chain:cloud", names, "fallback")
        library = MemoryLibrary({f"p/{n}.jpg": MemoryPhoto(b"%d" % n) for n in range(9)})
        plan = Settings(bench.taxonomy, Policy(), taggers, "test", chains=[chain])
        run_id = await bench.lane(lambda c: runs.begin(c, "tag", bench.owner.id, {}))
        session = Session(library, plan, bench.lane, bench.owner, run_id)
        desks = []
        for tagger in taggers:
            key = await bench.lane(lambda c, one=tagger: answers.keep_recipe(c, one.recipe))
            gate = Gate(tagger.name, 4, sleep=clock.sleep, clock=clock)
            desks.append(Desk(tagger, key, "", gate, 300.0, tagger is not taggers[-1]))
        purse = Purse(bench.lane, Budget())
        bursts = Bursts(bench.lane, None)
        asker = Asker(
            bench.lane, run_id, purse, attempts=2, bursts=bursts, turns=Turns(), guard=Guard()
        )
        judge = Judge(bench.taxonomy, Policy())
        consultation = Consultation(session, asker, desks, judge)
        listings = list(library.listings())
        await bench.lane(lambda c: queue.compare(c, "memory", listings, Wish("goal", run_id)))
        jobs = await bench.lane(lambda c: queue.lease(c, run_id, bench.owner.id, 9))

        async def ask() -> str:
            job = jobs.pop()
            ref: AssetRef = job.ref

            async def rendition() -> Rendition:
                return await library.rendition(ref, RenditionSpec())

            subject = Subject(job, str(ref), Facts("photo"), frozenset(), rendition)
            (reply,) = (await consultation.about(subject)).replies
            return str(reply.tagger)

        return ask

    return prepare


async def test_the_first_is_asked_again_when_its_pause_is_over(answered_by: Any) -> None:
    """Until then the next one answers, and nobody waits."""
    clock, away = Clock(), True

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if away:
            raise TaggerBusyError("too many requests", retry_after=30)
        return says("cat")(rendition, facts)

    first, second = MemoryTagger(script, name="first"), MemoryTagger(says("dog"), name="second")
    ask = await answered_by(clock, first, second)
    assert [await ask() for _ in range(3)] == ["second"] * 3
    assert (first.calls, clock.now) == (1, 0.0)
    away = False
    clock.now = 29.0
    assert await ask() == "second"
    clock.now = 37.0
    assert [await ask() for _ in range(3)] == ["first"] * 3
