"""Photos that are handed to a service in batches: each asked and paid once, whatever happens."""

from __future__ import annotations

import asyncio
import io
import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy import func, select

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerError,
    TaggerRefusedError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Answer, Facts, Observation, Rendition, Usage
from tagwright.pipeline import Runner, Session, Settings, Tally
from tagwright.pipeline.batching import BatchLane, BatchOptions, Step
from tagwright.pipeline.purse import Budget
from tagwright.policy import Policy
from tagwright.ports import BatchLimits, BatchStatus
from tagwright.state import Database, Lane, batches, calls, queue, runs, spending
from tagwright.state.owners import Owner
from tagwright.state.schema import answers
from tagwright.state.schema import calls as calls_table
from tagwright.state.spending import Caps
from tagwright.taxonomy import Taxonomy, parse_taxonomy
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, says
from tagwright_adapters.memory_batches import MemoryBatches, MemoryBatchTagger, down

PRICE = Decimal("0.01")
HALF = Decimal("0.005")
CAT = ("Animals", "Cat")
VOCABULARY = "name: Test\nlanguage: en\nconcepts:\n  Animals:\n    narrower:\n      Cat:\n"


def answered(custom: str, cost: Decimal = HALF) -> Answer:
    """Return an answer at the price of batches."""
    return Answer((Observation("cat", 0.95),), "memory", usage=Usage(1, 100, 10, cost))


@dataclass(slots=True)
class Bench:
    """Photos, a service, and runs of the lane that share one database."""

    lane: Lane
    owners: Path
    taxonomy: Taxonomy
    library: MemoryLibrary
    service: MemoryBatches
    run_id: str = ""
    slept: float = 0.0

    @property
    def tagger(self) -> MemoryBatchTagger:
        return MemoryBatchTagger(says("cat"), self.service, price=PRICE)

    async def session(self, owner: Owner, **settings: Any) -> Session:
        frozen = Settings(self.taxonomy, Policy(), [self.tagger], "test", **settings)
        self.run_id = await self.lane(lambda c: runs.begin(c, "tag", owner.id, {}))
        return Session(self.library, frozen, self.lane, owner, self.run_id)

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        await asyncio.sleep(0)

    def clock(self) -> float:
        return self.slept

    async def batch(self, *, stop_at: int | None = None, **settings: Any) -> BatchLane:
        """Run the lane as a process of its own; ``stop_at`` is the look at which it is stopped."""
        owner = Owner(self.owners)
        session = await self.session(owner, **settings)
        options = BatchOptions(sleep=self.sleep, clock=self.clock)
        steps: list[Step] = []

        def tell(step: Step) -> None:
            steps.append(step)
            if len(steps) == stop_at:
                made.stop()

        made = BatchLane(session, {"memory": self.service}, lambda _b: self.service, options, tell)
        try:
            await made.run(lambda _tally: None, lambda _result: None)
        finally:
            owner.close()
        return made

    async def tag(self, *, later: bool = True) -> Tally:
        """Run the ordinary lane."""
        owner = Owner(self.owners)
        session = await self.session(owner, later=frozenset(("memory",)) if later else frozenset())
        tally = await Runner(session, lambda _result: None).run()
        owner.close()
        return tally

    async def spent(self) -> Decimal:
        """What all calls took, which is also what is set aside in the end."""
        total = int(await self.lane(lambda c: c.scalar(select(func.sum(calls_table.c.cost)))) or 0)
        return Decimal(total) / spending.NANO

    async def statuses(self) -> list[str]:
        return [one.status for one in await self.lane(lambda c: batches.recent(c, 100))]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """Ten photos and a service that answers them all."""
    database = Database(tmp_path / "t.db")
    lane = Lane(database)
    photos = {f"p/{n:03d}.jpg": MemoryPhoto(b"picture %d" % n) for n in range(10)}
    taxonomy = parse_taxonomy(VOCABULARY, source="test")
    service = MemoryBatches(answered)
    yield Bench(lane, tmp_path / "owners", taxonomy, MemoryLibrary(photos), service)
    lane.close()
    database.close()


async def test_answers_come_at_half_the_price_and_become_tags(bench: Bench) -> None:
    """The lane fills the store; the run that follows asks nothing and writes all."""
    lane = await bench.batch()
    assert (lane.tally.submitted, lane.tally.answered, lane.tally.cost) == (10, 10, 10 * HALF)
    assert lane.halted_by is None
    tally = await bench.tag()
    assert (tally.tagged, tally.asked) == (10, 0)
    assert all(photo.tags == [CAT] for photo in bench.library.photos.values())
    assert await bench.spent() == 10 * HALF


async def test_full_batches_are_handed_over_one_by_one(bench: Bench) -> None:
    """By number and by bytes; no photo is in two."""
    bench.service.batch_limits = BatchLimits(4, 10_000, 24.0, Decimal("0.5"))
    await bench.batch()
    assert sorted(len(one.ids) for one in bench.service.held.values()) == [2, 4, 4]
    assert len(set(bench.service.asked)) == 10


async def test_batches_keep_to_the_bytes_that_a_service_takes(bench: Bench) -> None:
    """Each request counts with its line break."""
    bench.service.batch_limits = BatchLimits(1_000, 41 * 3, 24.0, Decimal("0.5"))
    await bench.batch()
    assert sorted(len(one.ids) for one in bench.service.held.values()) == [1, 3, 3, 3]


async def test_a_second_run_hands_over_nothing(bench: Bench) -> None:
    """Answered is answered."""
    await bench.batch()
    again = await bench.batch()
    assert (again.tally.submitted, len(bench.service.held)) == (0, 1)


async def test_twins_are_asked_once(bench: Bench) -> None:
    """The same picture twice is one question, and both get the tags."""
    bench.library.photos["p/twin.jpg"] = MemoryPhoto(b"picture 1")
    lane = await bench.batch()
    assert lane.tally.submitted == 10
    assert (await bench.tag()).tagged == 11


async def test_stopped_while_waiting_batches_go_on(bench: Bench) -> None:
    """The next run collects first, and hands over none of their photos again."""
    bench.service.finishes = False
    stopped = await bench.batch(stop_at=2)
    assert (stopped.tally.submitted, stopped.tally.answered) == (10, 0)
    assert await bench.statuses() == ["submitted"]
    bench.service.finishes = True
    lane = await bench.batch()
    assert (lane.tally.under_way, lane.tally.submitted, lane.tally.answered) == (10, 0, 10)
    assert len(bench.service.asked) == 10


async def test_photos_of_an_open_batch_are_not_asked_at_once_either(bench: Bench) -> None:
    """An ordinary run leaves them; others it asks."""
    bench.service.finishes = False
    await bench.batch(stop_at=1)
    bench.library.photos["p/new.jpg"] = MemoryPhoto(b"new")
    tally = await bench.tag(later=False)
    assert (tally.tagged, tally.left, tally.awaited, tally.asked) == (1, 10, 10, 1)


async def test_photos_without_an_answer_wait(bench: Bench) -> None:
    """The run after a batch asks nobody for what the batch did not bring."""
    bench.service.reply = lambda custom: answered(custom) if custom[0] in "01234567" else None
    lane = await bench.batch()
    assert 0 < lane.tally.answered < 10
    tally = await bench.tag()
    assert (tally.tagged, tally.left) == (lane.tally.answered, 10 - lane.tally.answered)
    assert (await bench.tag(later=False)).tagged == 10 - lane.tally.answered


@pytest.mark.parametrize("status", [BatchStatus.EXPIRED, BatchStatus.CANCELLED])
async def test_what_a_service_gave_up_is_not_held_against_the_photos(
    bench: Bench, status: BatchStatus
) -> None:
    """What it answered before is kept; the rest goes into another batch, at no cost twice."""
    bench.service.ends_as = status
    bench.service.reply = lambda custom: answered(custom) if custom[0] in "01234567" else None
    first = await bench.batch()
    bench.service.reply, bench.service.ends_as = answered, BatchStatus.ENDED
    second = await bench.batch()
    assert first.tally.answered + second.tally.answered == 10
    assert await bench.spent() == 10 * HALF
    assert (await bench.tag()).tagged == 10


async def test_the_service_s_own_errors_are_tried_in_another_batch(bench: Bench) -> None:
    """As long as batches bring answers; then it is left to a later run."""
    tries: dict[str, int] = {}

    def reply(custom: str) -> Answer | TaggerError:
        tries[custom] = tries.get(custom, 0) + 1
        if custom[0] in "01" or (custom[0] in "234567" and tries[custom] == 1):
            return TaggerUnavailableError("fails with 500.")
        return answered(custom)

    bench.service.reply = reply
    lane = await bench.batch()
    assert set(tries.values()) <= {1, 2, 3}
    assert lane.tally.answered == sum(custom[0] not in "01" for custom in tries)
    assert await bench.spent() == lane.tally.answered * HALF
    attempts = await bench.lane(lambda c: c.scalar(select(func.sum(calls_table.c.attempts))))
    assert attempts == lane.tally.answered


async def test_refusals_are_remembered(bench: Bench) -> None:
    """Neither lane asks again."""
    refused = TaggerRefusedError("declined.")
    refused.usage = Usage(1, 100, 1, HALF)
    bench.service.reply = lambda _custom: refused
    lane = await bench.batch()
    assert lane.tally.refused == 10
    assert (await bench.tag(later=False)).refused == 10
    assert len(bench.service.asked) == 10


async def test_unreadable_replies_are_asked_for_as_often_as_is_allowed(bench: Bench) -> None:
    """They were paid; twice by default, over all runs and both lanes."""
    unreadable = TaggerAnswerError("no usable answer.")
    unreadable.usage = Usage(1, 100, 1, HALF)
    bench.service.reply = lambda _custom: unreadable
    for _ in range(4):
        await bench.batch()
    assert len(bench.service.asked) == 20
    tally = await bench.tag(later=False)
    assert (tally.asked, tally.refused) == (0, 10)


async def test_rejected_requests_are_remembered_at_once(bench: Bench) -> None:
    """They were not paid, and would be rejected again."""
    bench.service.reply = lambda _custom: TaggerAnswerError("rejects the request.")
    await bench.batch()
    await bench.batch()
    assert len(bench.service.asked) == 10


async def test_identifiers_that_are_not_ours_change_nothing(bench: Bench) -> None:
    """Nor do answers that come twice."""
    original = bench.service.collect

    async def collect(service_id: str) -> AsyncIterator[tuple[str, Any]]:
        yield "somebody-else", answered("x")
        async for custom, outcome in original(service_id):
            yield custom, outcome
            yield custom, answered(custom, Decimal(7))

    bench.service.collect = collect  # type: ignore[method-assign]  # hostile
    lane = await bench.batch()
    assert (lane.tally.answered, await bench.spent()) == (10, 10 * HALF)
    assert await bench.lane(lambda c: c.scalar(select(func.count()).select_from(answers))) == 10


class Killed(BaseException):
    """Stands for the end of the process, which no handler of ours sees."""


def killed() -> None:
    raise Killed


@pytest.mark.parametrize("moment", ["before_submit", "after_submit"])
async def test_killed_while_handing_over_nothing_is_paid_twice(bench: Bench, moment: str) -> None:
    """The next run asks the service whether it has the batch."""
    setattr(bench.service, moment, killed)
    with pytest.raises(Killed):
        await bench.batch()
    setattr(bench.service, moment, lambda: None)
    await bench.lane(lambda c: runs.close_dead(c, lambda _owner: False))
    lane = await bench.batch()
    assert (lane.tally.answered, len(bench.service.asked)) == (10, 10)
    assert await bench.spent() == 10 * HALF
    assert (await bench.tag()).tagged == 10


async def test_a_lost_answer_to_the_handing_over_is_looked_up(bench: Bench) -> None:
    """The connection broke after the service had taken the batch."""
    bench.service.after_submit = down
    lane = await bench.batch()
    assert (lane.tally.answered, len(bench.service.held)) == (10, 1)


async def test_a_service_that_is_away_for_a_while_is_waited_for(bench: Bench) -> None:
    """With pauses that grow."""
    troubles = iter([down, down, down])

    def trouble() -> None:
        for raising in troubles:
            raising()

    bench.service.before_submit = trouble
    lane = await bench.batch()
    assert (lane.tally.answered, bench.slept >= 7) == (10, True)


async def test_a_service_that_stays_away_ends_the_run(bench: Bench) -> None:
    """Money is given back and photos are free."""
    bench.service.before_submit = down
    lane = await bench.batch(patience=20.0)
    assert isinstance(lane.halted_by, TaggerUnavailableError)
    assert lane.halted_by.stops_run
    assert bench.slept <= 20
    assert await bench.statuses() == ["lost"]
    sums = await bench.lane(lambda c: spending.committed(c, bench.run_id, 0.0))
    assert sums["run"] == 0
    assert (await bench.tag(later=False)).tagged == 10


async def test_when_it_cannot_be_found_out_photos_stay_held(bench: Bench) -> None:
    """Asking them again could pay twice."""
    bench.service.after_submit = bench.service.before_find = down
    lane = await bench.batch()
    assert isinstance(lane.halted_by, TaggerUnavailableError)
    assert await bench.statuses() == ["submitting"]
    assert (await bench.tag(later=False)).left == 10
    bench.service.after_submit = bench.service.before_find = lambda: None
    again = await bench.batch()
    assert (again.tally.answered, len(bench.service.held)) == (10, 1)


async def test_looks_at_batches_become_rarer_and_give_up_in_the_end(bench: Bench) -> None:
    """After eight failures in a row; the batch goes on at the service."""
    bench.service.before_poll = down
    lane = await bench.batch()
    assert isinstance(lane.halted_by, TaggerUnavailableError)
    assert bench.service.polls == 8
    assert 7 * 30 < bench.slept <= 7 * 300
    assert await bench.statuses() == ["submitted"]


async def test_caps_hold_with_money_set_aside_at_the_price_of_batches(bench: Bench) -> None:
    """What fits is handed over and collected; then the run says why it ends."""
    budget = Budget(Caps(run=Decimal("0.035")))
    lane = await bench.batch(budget=budget)
    assert lane.tally.submitted == 3  # 0.01 each can follow: half of at most 0.02
    assert lane.tally.answered == 3
    assert isinstance(lane.halted_by, BudgetError)
    sums = await bench.lane(lambda c: spending.committed(c, bench.run_id, 0.0))
    assert sums["run"] == 3 * HALF


async def test_a_batch_that_is_rejected_as_a_whole_ends_the_run(bench: Bench) -> None:
    """With the service's words and a cure; nothing is held against the photos."""
    bench.service.ends_as = BatchStatus.REJECTED
    lane = await bench.batch()
    assert isinstance(lane.halted_by, TaggerSetupError)
    assert "too much at once" in str(lane.halted_by)
    assert len(bench.service.held) == 1
    assert (await bench.tag(later=False)).tagged == 10


async def test_answers_that_a_service_no_longer_has_count_as_paid(bench: Bench) -> None:
    """Nobody knows; the money stays set aside, and one attempt is gone."""
    bench.service.ends_as = BatchStatus.GONE
    lane = await bench.batch()
    assert (lane.tally.answered, lane.tally.unanswered) == (0, 10)
    sums = await bench.lane(lambda c: spending.committed(c, bench.run_id, 0.0))
    assert sums["run"] == 10 * PRICE


async def test_photos_that_change_or_go_meanwhile(bench: Bench) -> None:
    """Answers are by picture: a renamed photo gets its tags, a changed one is asked anew."""
    bench.service.finishes = False
    await bench.batch(stop_at=1)
    photos = bench.library.photos
    photos["p/renamed.jpg"] = photos.pop("p/000.jpg")
    del photos["p/001.jpg"]
    photos["p/002.jpg"] = MemoryPhoto(b"another picture", version=1)
    bench.service.finishes = True
    lane = await bench.batch()
    assert lane.tally.submitted == 1
    assert (await bench.tag()).tagged == 9
    assert photos["p/renamed.jpg"].tags == [CAT]


async def test_an_estimate_asks_nobody(bench: Bench) -> None:
    """It says how many photos, batches and dollars, and leaves no trace."""
    bench.service.batch_limits = BatchLimits(4, 10_000, 24.0, Decimal("0.5"))
    owner = Owner(bench.owners)
    session = await bench.session(owner, dry_run=True)
    lane = BatchLane(session, {"memory": bench.service}, lambda _b: None, BatchOptions())
    found = (await lane.estimate(lambda _result: None))["memory"]
    owner.close()
    assert (found.photos, found.batches, found.bytes) == (10, 3, 410)
    assert (found.expected, found.most) == (10 * HALF, 10 * PRICE)
    assert bench.service.held == {}
    assert await bench.lane(batches.open_ones) == []
    assert await bench.lane(queue.counts) == {"waiting": 10}


async def test_reasons_of_the_account_end_the_run(bench: Bench) -> None:
    """Photos are not blamed for an empty account."""
    bench.service.reply = lambda _custom: BudgetError("no credit left.")
    lane = await bench.batch()
    assert isinstance(lane.halted_by, BudgetError)
    assert lane.tally.unanswered == 10
    assert await bench.lane(lambda c: calls.spent(c, bench.run_id)) == replace(
        Usage(), requests=10, cost=Decimal(0)
    )


class LargeBatches(MemoryBatches):
    """Takes requests of a picture's size without keeping them, as a service far away."""

    async def encode(self, custom_id: str, rendition: Rendition, facts: Facts) -> bytes:
        return custom_id.encode() + b" " * 100_000

    async def submit(self, requests: BinaryIO, label: str) -> str:
        ids = b"\n".join(line.strip() for line in requests)
        return await super().submit(io.BytesIO(ids), label)


async def _peak(bench: Bench, photos: int) -> int:
    """Return how many bytes a run of the lane needs at most."""
    limits = BatchLimits(1_000, 10**9, 24.0, Decimal("0.5"))
    bench.service = LargeBatches(answered, limits)
    names = (f"{photos}/{n}.jpg" for n in range(photos))
    bench.library = MemoryLibrary({name: MemoryPhoto(name.encode()) for name in names})
    tracemalloc.start()
    lane = await bench.batch()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lane.tally.answered == photos
    return peak


@pytest.mark.slow
async def test_memory_does_not_grow_with_the_photos(bench: Bench) -> None:
    """Ten times as many, in one batch of 15 MB, take about as much."""
    await _peak(bench, 5)
    few = await _peak(bench, 15)
    assert await _peak(bench, 150) < 1.5 * few
