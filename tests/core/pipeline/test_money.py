"""No cap is passed, whatever is under way and in whatever order it ends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwright.errors import BudgetError
from tagwright.model import Answer, Facts, Rendition, Usage
from tagwright.pipeline import Budget
from tagwright.pipeline.purse import Purse
from tagwright.ports import Listing
from tagwright.state import Database, Lane, answers, queue, runs, spending
from tagwright.state.answers import Question
from tagwright.state.calls import Intent
from tagwright.state.owners import Owner
from tagwright.state.queue import Wish
from tagwright.state.spending import Caps, ShortError
from tagwright_adapters.memory import MemoryTagger

from .conftest import Bench
from .spender import CENT, Spender, costing, make_library, make_quote


@pytest.fixture
def spender(bench: Bench) -> Spender:
    """Runs with a budget."""
    return Spender(bench)


async def test_the_cap_holds_with_64_under_way(spender: Spender) -> None:
    """Only as many are asked at once as may all be dear; in the end it is nearly used up."""
    cap, most = Decimal(1), 5 * CENT
    first = asyncio.Barrier(20)  # so many may be under way with all of the money set aside
    aside: list[Decimal] = []

    class Watched(MemoryTagger):
        async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
            aside.append(await spender.committed())
            if len(aside) <= 20:
                await first.wait()
            return await super().observe(rendition, facts)

    library = make_library(150)
    tagger = Watched(costing(CENT), concurrency=64, price=make_quote(most))
    runner = await spender.run(library, tagger, caps=Caps(run=cap))
    assert isinstance(runner.halted_by, ShortError)
    assert runner.halted_by.exit_code == 1
    spent = await spender.spent()
    assert cap - most < spent.cost == CENT * tagger.calls <= cap
    assert runner.tally.spent == spent.cost == await spender.committed()
    assert max(aside) == cap
    done = runner.tally.tagged
    assert (done, runner.tally.failed) == (tagger.calls, 0)
    again = await spender.run(library, tagger)
    assert (tagger.calls, again.tally.tagged, again.halted_by) == (150, 150 - done, None)


async def test_it_waits_for_money_that_others_may_give_back(spender: Spender) -> None:
    """Each may cost more than half of the budget, and in the end all five cost half of it."""
    tagger = MemoryTagger(costing(CENT), concurrency=5, price=make_quote(6 * CENT))
    runner = await spender.run(make_library(5), tagger, caps=Caps(run=10 * CENT))
    assert (runner.tally.tagged, runner.halted_by) == (5, None)


@settings(max_examples=20, deadline=None)
@given(
    cap=st.integers(0, 60),
    quoted=st.lists(st.integers(0, 12), min_size=1, max_size=24),
    seed=st.integers(0, 2**32),
)
def test_no_order_of_answers_passes_the_cap(
    tmp_path_factory: pytest.TempPathFactory, cap: int, quoted: list[int], seed: int
) -> None:
    """All want money at once; they finish in any order, and cost anything up to their quotes."""
    folder = tmp_path_factory.mktemp("race")
    asyncio.run(_race(folder, cap * CENT, quoted, Random(seed).randrange))


async def _race(
    folder: Path, cap: Decimal, quoted: Sequence[int], choose: Callable[[int], int]
) -> None:
    async with _calls(folder, len(quoted), Caps(run=cap)) as (purse, intents, lane):
        run_id = intents[0].run_id
        started: asyncio.Queue[tuple[int, asyncio.Future[Decimal]]] = asyncio.Queue()
        short: list[int] = []
        paid: list[Decimal] = []

        async def committed() -> Decimal:
            return (await lane(lambda c: spending.committed(c, run_id, time.time())))["run"]

        async def call(number: int, intent: Intent) -> None:
            try:
                made = await purse.begin(intent)
            except ShortError:
                assert sum(paid, Decimal(0)) + quoted[number] * CENT > cap
                short.append(number)
                return
            assert await committed() <= cap
            answered: asyncio.Future[Decimal] = asyncio.get_running_loop().create_future()
            started.put_nowait((number, answered))
            cost = await answered
            paid.append(cost)
            answer = Answer((), "m", usage=Usage(requests=1, cost=cost))
            await purse.answered(made, answer, lambda _: number)
            assert await committed() <= cap

        async def service() -> None:
            waiting = []
            while True:
                waiting.append(await started.get())
                while not started.empty():
                    waiting.append(started.get_nowait())
                number, answered = waiting.pop(choose(len(waiting)))
                started.put_nowait(waiting.pop()) if waiting else None
                answered.set_result(choose(quoted[number] + 1) * CENT)

        serving = asyncio.create_task(service())
        made = [Intent(*_with_most(one, quoted[n] * CENT)) for n, one in enumerate(intents)]
        async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
            for number, intent in enumerate(made):
                tasks.create_task(call(number, intent))
        serving.cancel()
        assert len(paid) + len(short) == len(quoted)
        assert await committed() == sum(paid, Decimal(0)) <= cap


def _with_most(intent: Intent, most: Decimal) -> tuple[str, int, Question, str, Decimal]:
    return intent.run_id, intent.asset_id, intent.question, intent.tagger, most


@asynccontextmanager
async def _calls(
    folder: Path, count: int, caps: Caps
) -> AsyncIterator[tuple[Purse, list[Intent], Lane]]:
    """Give a purse, and so many calls that can be made."""
    database = Database(folder / "t.db")
    lane = Lane(database)
    listing = Listing.of("p/", [(f"{n}.jpg", 1, 1) for n in range(count)])
    with database.begin() as c:
        run_id = runs.begin(c, "tag", "me", {})
        queue.compare(c, "memory", [listing], Wish("goal", run_id))
        jobs = queue.lease(c, run_id, "me", count)
        recipe = answers.keep_recipe(c, {"model": "m"})
    questions = [Question(f"picture {n}", recipe, "") for n in range(count)]
    intents = [
        Intent(run_id, job.asset_id, question, "t")
        for job, question in zip(jobs, questions, strict=True)
    ]
    yield Purse(lane, Budget(caps)), intents, lane
    lane.close()
    database.close()


async def test_a_cap_by_day_holds_over_processes(bench: Bench, tmp_path: Path) -> None:
    """Two with a database connection each spend from one day's money, at the same time."""
    other = Database(tmp_path / "t.db")
    lane, owner = Lane(other), Owner(tmp_path / "owners")
    spenders = Spender(bench), Spender(Bench(lane, owner, bench.taxonomy))
    taggers = [
        MemoryTagger(costing(CENT), concurrency=8, price=make_quote(2 * CENT)) for _ in spenders
    ]
    both = await asyncio.gather(
        *(
            one.run(make_library(60, name), tagger, caps=Caps(day=50 * CENT))
            for one, name, tagger in zip(spenders, "pq", taggers, strict=True)
        )
    )
    lane.close()
    owner.close()
    other.close()
    assert all(isinstance(runner.halted_by, ShortError) for runner in both)
    spent = CENT * sum(tagger.calls for tagger in taggers)
    day = (await bench.lane(lambda c: spending.committed(c, "", time.time())))["day"]
    assert spent == day <= 50 * CENT


async def test_dearer_than_quoted_is_set_aside_from_then_on(
    spender: Spender, caplog: pytest.LogCaptureFixture
) -> None:
    """A quote that was too low is passed once; after that, as much as it really costs is kept."""
    tagger = MemoryTagger(costing(5 * CENT), concurrency=1, price=make_quote(CENT))
    runner = await spender.run(make_library(9), tagger, caps=Caps(run=17 * CENT))
    assert isinstance(runner.halted_by, ShortError)
    assert tagger.calls == 3
    assert "dearer than expected: $0.0500" in caplog.text


async def test_many_dear_answers_at_once_are_no_worse_than_one(spender: Spender) -> None:
    """What is set aside from then on is what one of them has cost, and a little more."""
    tagger = MemoryTagger(costing(5 * CENT), concurrency=8, price=make_quote(CENT))
    runner = await spender.run(make_library(60), tagger, caps=Caps(run=Decimal(2)))
    assert isinstance(runner.halted_by, ShortError)
    assert tagger.calls >= 38


async def test_a_fault_in_a_plugin_leaves_nobody_waiting_for_money(spender: Spender) -> None:
    """What became of that call is not known: its money stays set aside, and the others end."""
    asked: list[str] = []

    def script(_rendition: Rendition, facts: Facts) -> Answer:
        asked.append(facts.name)
        if len(asked) == 1:
            raise RuntimeError("a bug")
        return costing(CENT)(_rendition, facts)

    tagger = MemoryTagger(script, concurrency=4, price=make_quote(6 * CENT))
    runner = await spender.run(make_library(8), tagger, caps=Caps(run=13 * CENT))
    assert isinstance(runner.halted_by, ShortError)
    spent = await spender.spent()
    assert (spent.open, spent.aside) == (1, 6 * CENT)
    assert spent.cost + spent.aside == await spender.committed() <= 13 * CENT


async def test_an_unknown_price_is_said_once(
    spender: Spender, caplog: pytest.LogCaptureFixture
) -> None:
    """No cap can hold it; the summary counts it as not known."""
    tagger = MemoryTagger(costing(None), price=None)
    runner = await spender.run(make_library(4), tagger, caps=Caps(run=CENT))
    assert (runner.tally.tagged, tagger.calls) == (4, 4)
    assert caplog.text.count("what memory costs is not known") == 1
    assert (await spender.spent()).unknown == 4


async def test_an_unknown_price_stops_the_run_where_the_user_says_so(spender: Spender) -> None:
    """Before anything is asked."""
    tagger = MemoryTagger(costing(None), price=None)
    runner = await spender.run(make_library(4), tagger, unknown_prices=False)
    assert isinstance(runner.halted_by, BudgetError)
    assert "docs/money.md" in str(runner.halted_by)
    assert (tagger.calls, runner.tally.left) == (0, 4)
