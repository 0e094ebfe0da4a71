"""No cap is passed, whatever is under way; no photo is paid for more often than it may be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerRefusedError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Answer, Facts, Observation, Quote, Rendition, Usage
from tagwright.pipeline import Budget, Estimator, Result, Runner, Session, Settings, survey
from tagwright.pipeline.purse import Purse
from tagwright.policy import Policy
from tagwright.ports import Listing
from tagwright.state import Database, Lane, answers, costs, queue, runs, spending
from tagwright.state.answers import Question
from tagwright.state.calls import Intent
from tagwright.state.owners import Owner
from tagwright.state.queue import Wish
from tagwright.state.spending import Caps, ShortError
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger

from .conftest import Bench

CENT = Decimal("0.01")
CAT = Observation("cat", 0.95)


def _library(count: int, name: str = "p") -> MemoryLibrary:
    return MemoryLibrary(
        {f"{name}/{n:03d}.jpg": MemoryPhoto(f"{name}{n}".encode()) for n in range(count)}
    )


def _quote(most: Decimal) -> Quote:
    return Quote(most / 4, most / 2, most)


def _costs(cost: Decimal | None) -> Callable[[Rendition, Facts], Answer]:
    usage = Usage(requests=1, input_tokens=1_000, output_tokens=100, cost=cost)
    return lambda _rendition, _facts: Answer((CAT,), "m", usage=usage)


@dataclass(slots=True)
class Spender:
    """Runs with a budget on one database."""

    bench: Bench
    results: list[Result] = field(default_factory=list)

    async def run(
        self,
        library: MemoryLibrary,
        *taggers: MemoryTagger,
        caps: Caps | None = None,
        unknown_prices: bool = True,
        attempts: int = 2,
        force: bool = False,
    ) -> Runner:
        bench = self.bench
        budget = Budget(caps or Caps(), unknown_prices=unknown_prices)
        chosen = Settings(
            bench.taxonomy,
            Policy(),
            taggers,
            "test",
            budget=budget,
            attempts=attempts,
            force=force,
        )
        run_id = await bench.lane(lambda c: runs.begin(c, "tag", bench.owner.id, {}))
        bench.run_ids.append(run_id)
        session = Session(library, chosen, bench.lane, bench.owner, run_id)
        runner = Runner(session, self.results.append)
        async with asyncio.timeout(60):
            await runner.run()
        return runner

    async def spent(self) -> costs.Costs:
        return await self.bench.lane(lambda c: costs.of_run(c, self.bench.run_ids[-1]))

    async def committed(self) -> Decimal:
        run_id = self.bench.run_ids[-1]
        return (await self.bench.lane(lambda c: spending.committed(c, run_id, time.time())))["run"]


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

    library = _library(150)
    tagger = Watched(_costs(CENT), concurrency=64, price=_quote(most))
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
    tagger = MemoryTagger(_costs(CENT), concurrency=5, price=_quote(6 * CENT))
    runner = await spender.run(_library(5), tagger, caps=Caps(run=10 * CENT))
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
            await purse.answered(made, Answer((), "m", usage=Usage(requests=1, cost=cost)))
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
    taggers = [MemoryTagger(_costs(CENT), concurrency=8, price=_quote(2 * CENT)) for _ in spenders]
    both = await asyncio.gather(
        *(
            one.run(_library(60, name), tagger, caps=Caps(day=50 * CENT))
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
    tagger = MemoryTagger(_costs(5 * CENT), concurrency=1, price=_quote(CENT))
    runner = await spender.run(_library(9), tagger, caps=Caps(run=17 * CENT))
    assert isinstance(runner.halted_by, ShortError)
    assert tagger.calls == 3
    assert "dearer than expected: $0.0500" in caplog.text


async def test_a_fault_in_a_plugin_leaves_nobody_waiting_for_money(spender: Spender) -> None:
    """What became of that call is not known: its money stays set aside, and the others end."""
    asked: list[str] = []

    def script(_rendition: Rendition, facts: Facts) -> Answer:
        asked.append(facts.name)
        if len(asked) == 1:
            raise RuntimeError("a bug")
        return _costs(CENT)(_rendition, facts)

    tagger = MemoryTagger(script, concurrency=4, price=_quote(6 * CENT))
    runner = await spender.run(_library(8), tagger, caps=Caps(run=13 * CENT))
    assert isinstance(runner.halted_by, ShortError)
    spent = await spender.spent()
    assert (spent.open, spent.aside) == (1, 6 * CENT)
    assert spent.cost + spent.aside == await spender.committed() <= 13 * CENT


async def test_an_unknown_price_is_said_once(
    spender: Spender, caplog: pytest.LogCaptureFixture
) -> None:
    """No cap can hold it; the summary counts it as not known."""
    tagger = MemoryTagger(_costs(None), price=None)
    runner = await spender.run(_library(4), tagger, caps=Caps(run=CENT))
    assert (runner.tally.tagged, tagger.calls) == (4, 4)
    assert caplog.text.count("what memory costs is not known") == 1
    assert (await spender.spent()).unknown == 4


async def test_an_unknown_price_stops_the_run_where_the_user_says_so(spender: Spender) -> None:
    """Before anything is asked."""
    tagger = MemoryTagger(_costs(None), price=None)
    runner = await spender.run(_library(4), tagger, unknown_prices=False)
    assert isinstance(runner.halted_by, BudgetError)
    assert "docs/money.md" in str(runner.halted_by)
    assert (tagger.calls, runner.tally.left) == (0, 4)


class Frugal(MemoryTagger):
    """Remembers how often it was allowed to ask."""

    def __init__(self, *outcomes: Usage | Exception) -> None:
        super().__init__(_costs(CENT), price=_quote(2 * CENT))
        self.outcomes = list(outcomes)
        self.allowed: list[int] = []

    async def observe_within(self, rendition: Rendition, facts: Facts, attempts: int) -> Answer:
        self.allowed.append(attempts)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return Answer((CAT,), "m", usage=outcome)


def _failed(error: TaggerAnswerError | TaggerUnavailableError, attempts: int) -> Exception:
    error.usage = Usage(requests=attempts, cost=CENT * attempts, attempts=attempts)
    return error


async def test_attempts_are_bound_over_killed_runs(spender: Spender) -> None:
    """A call that nobody saw end may have been paid: there is an end to those, too."""
    library = _library(1)
    tagger = Frugal(*(RuntimeError("killed") for _ in range(20)))
    for _ in range(9):
        await spender.run(library, tagger, force=True)
    assert tagger.allowed == [2] * 6
    assert spender.results[-1].status == "refused"
    assert "asked 6 times" in str(spender.results[-1].error)
    tagger.outcomes = [Usage(requests=1, cost=CENT)]
    await spender.run(library, tagger, attempts=3, force=True)
    assert (len(tagger.allowed), spender.results[-1].status) == (7, "tagged")


async def test_an_answer_that_is_none_is_not_asked_for_again(spender: Spender) -> None:
    """Both attempts were made in one go."""
    library, tagger = _library(1), Frugal(_failed(TaggerAnswerError("nonsense"), 2))
    for _ in range(3):
        await spender.run(library, tagger, force=True)
    assert tagger.allowed == [2]


@pytest.mark.parametrize("error", [BudgetError("no credit"), TaggerSetupError("key revoked")])
async def test_trouble_of_the_service_never_counts(spender: Spender, error: Exception) -> None:
    """The account was empty five times; then the photo has all of its attempts."""
    library = _library(1)
    tagger = Frugal(*[error] * 5, Usage(requests=1, cost=CENT))
    for _ in range(5):
        runner = await spender.run(library, tagger)
        assert runner.halted_by is error
    await spender.run(library, tagger)
    assert tagger.allowed == [2] * 6
    assert spender.results[-1].status == "tagged"


async def test_a_paid_reply_before_an_outage_counts(
    spender: Spender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first reply could not be read, and the repair met an outage: one attempt is left."""
    monkeypatch.setattr("tagwright.pipeline.breaker._FIRST_PAUSE", 0.01)  # s
    tagger = Frugal(
        _failed(TaggerUnavailableError("503"), 2), _failed(TaggerAnswerError("nonsense"), 1)
    )
    await spender.run(_library(1), tagger)
    assert tagger.allowed == [2, 1]
    assert (await spender.spent()).cost == 3 * CENT


async def test_refusals_cost_what_they_cost(spender: Spender) -> None:
    """They are in the sum, and free where the service says so."""
    refusal = TaggerRefusedError("no")
    refusal.usage = Usage(requests=1, cost=CENT)
    runner = await spender.run(_library(1), Frugal(refusal))
    assert (runner.tally.refused, runner.tally.spent) == (1, CENT)
    assert await spender.committed() == CENT


async def test_an_estimate_adds_up_what_usual_photos_cost(spender: Spender) -> None:
    """Free taggers cost nothing, unknown ones are named, caps are what is left of them."""
    bench = spender.bench
    await spender.run(_library(3), MemoryTagger(_costs(CENT), price=_quote(CENT)))
    made = (
        MemoryTagger(_costs(CENT), name="a", price=Quote(4 * CENT, 5 * CENT, 90 * CENT)),
        MemoryTagger(_costs(CENT), name="b", price=Quote(CENT, CENT, CENT)),
        MemoryTagger(_costs(CENT), name="free"),
        MemoryTagger(_costs(CENT), name="new", price=None),
    )
    caps = Caps(run=Decimal(2), day=Decimal(1))
    chosen = Settings(bench.taxonomy, Policy(), made, "test", budget=Budget(caps))
    estimate = await Estimator(chosen, bench.lane).estimate(100)
    assert (estimate.taggers, estimate.unknown) == (("a", "b"), ("new",))
    assert [estimate.low, estimate.expected] == [5, 6]
    assert estimate.high == 100 * (5 * CENT * 5 / 4 + CENT)
    assert estimate.left == {"run": 2, "day": Decimal("0.97")}
    assert estimate.lasts == ("day", 2)  # 0.06, then 0.91 are left, of which 0.91 may be needed
    assert (await Estimator(chosen, bench.lane).estimate(0)).paid is False


async def test_a_survey_leaves_everything_as_it_was(spender: Spender) -> None:
    """It counts what is new, changed and left over, and nobody can tell afterwards."""
    bench, library = spender.bench, _library(6)
    tagger = MemoryTagger(_costs(CENT), price=_quote(CENT))
    await spender.run(library, tagger, caps=Caps(run=4 * CENT))
    library.photos["q/new.jpg"] = MemoryPhoto(b"new")

    async def state() -> object:
        return await bench.lane(lambda c: (queue.counts(c), [one.id for one in runs.recent(c, 9)]))

    before = await state()
    chosen = Settings(bench.taxonomy, Policy(), (tagger,), "test")
    assert await survey(library, chosen, bench.lane, bench.owner) == 3
    assert await state() == before
    assert tagger.calls == 4
    assert (await spender.run(library, tagger)).tally.queued == 3
