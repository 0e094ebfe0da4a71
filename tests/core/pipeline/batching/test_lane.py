"""Photos that are handed to a service in batches: each asked and paid once."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, BinaryIO

import pytest
from sqlalchemy import func, select

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerRefusedError,
)
from tagwright.model import Facts, Rendition, Usage
from tagwright.pipeline.batching import BatchLane, BatchOptions
from tagwright.pipeline.purse import Budget
from tagwright.ports import BatchLimits
from tagwright.state import attention, batches, spending
from tagwright.state.owners import Owner
from tagwright.state.schema import answers
from tagwright.state.spending import Caps
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto
from tagwright_adapters.memory_batches import MemoryBatches

from .bench import CAT, HALF, PRICE, Bench, answered


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
    assert (lane.tally.under_way, lane.tally.submitted, lane.tally.answered) == (0, 0, 10)
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


async def test_caps_hold_with_money_set_aside_at_the_price_of_batches(bench: Bench) -> None:
    """What fits is handed over and collected; then the run says why it ends."""
    budget = Budget(Caps(run=Decimal("0.035")))
    lane = await bench.batch(budget=budget)
    assert lane.tally.submitted == 3  # 0.01 each can follow: half of at most 0.02
    assert lane.tally.answered == 3
    assert isinstance(lane.halted_by, BudgetError)
    sums = await bench.lane(lambda c: spending.committed(c, bench.run_id, 0.0))
    assert sums["run"] == 3 * HALF


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
    assert await bench.lane(attention.counts) == {"waiting": 10}


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
