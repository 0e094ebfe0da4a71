"""What goes wrong with batches, and that nothing is paid twice for it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tagwright.errors import (
    BudgetError,
    TaggerError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Answer
from tagwright.ports import BatchStatus
from tagwright.state import costs, queue, runs, spending
from tagwright.state.owners import Owner
from tagwright.state.schema import calls as calls_table
from tagwright_adapters.memory_batches import down

from .bench import HALF, PRICE, Bench, answered


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


async def test_reasons_of_the_account_end_the_run(bench: Bench) -> None:
    """Photos are not blamed for an empty account."""
    bench.service.reply = lambda _custom: BudgetError("no credit left.")
    lane = await bench.batch()
    assert isinstance(lane.halted_by, BudgetError)
    assert lane.tally.unanswered == 10
    spent = await bench.lane(lambda c: costs.of_run(c, bench.run_id))
    assert (spent.requests, spent.cost) == (10, Decimal(0))


async def test_a_batch_that_another_process_is_making_is_left_to_it(bench: Bench) -> None:
    """It is alive; its photos are held all the same."""
    bench.service.before_submit = killed
    other = Owner(bench.owners)
    with pytest.raises(Killed):
        await bench.batch(owner=other)
    bench.service.before_submit = lambda: None
    await bench.lane(lambda c: queue.reclaim(c, lambda _owner: False))
    lane = await bench.batch()
    assert (lane.tally.submitted, lane.tally.under_way) == (0, 10)
    assert await bench.statuses() == ["submitting"]
    other.close()
    assert (await bench.batch()).tally.answered == 10
