"""No photo is paid for more often than it may be, and none is held to what others did."""

from __future__ import annotations

import pytest

from tagwright.errors import (
    BudgetError,
    TaggerAnswerError,
    TaggerRefusedError,
    TaggerSetupError,
    TaggerUnavailableError,
)
from tagwright.model import Answer, Facts, Rendition, Usage
from tagwright_adapters.memory import MemoryTagger

from .conftest import Bench
from .spender import CAT, CENT, Spender, costing, make_library, make_quote


@pytest.fixture
def spender(bench: Bench) -> Spender:
    """Runs with a budget."""
    return Spender(bench)


class Frugal(MemoryTagger):
    """Remembers how often it was allowed to ask."""

    def __init__(self, *outcomes: Usage | Exception) -> None:
        super().__init__(costing(CENT), price=make_quote(2 * CENT))
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
    library = make_library(1)
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
    library, tagger = make_library(1), Frugal(_failed(TaggerAnswerError("nonsense"), 2))
    for _ in range(3):
        await spender.run(library, tagger, force=True)
    assert tagger.allowed == [2]


@pytest.mark.parametrize("error", [BudgetError("no credit"), TaggerSetupError("key revoked")])
async def test_trouble_of_the_service_never_counts(spender: Spender, error: Exception) -> None:
    """The account was empty five times; then the photo has all of its attempts."""
    library = make_library(1)
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
    monkeypatch.setattr("tagwright.pipeline.gates.breaker._FIRST_PAUSE", 0.01)  # s
    tagger = Frugal(
        _failed(TaggerUnavailableError("503"), 2), _failed(TaggerAnswerError("nonsense"), 1)
    )
    await spender.run(make_library(1), tagger)
    assert tagger.allowed == [2, 1]
    assert (await spender.spent()).cost == 3 * CENT


async def test_refusals_cost_what_they_cost(spender: Spender) -> None:
    """They are in the sum, and free where the service says so."""
    refusal = TaggerRefusedError("no")
    refusal.usage = Usage(requests=1, cost=CENT)
    runner = await spender.run(make_library(1), Frugal(refusal))
    assert (runner.tally.refused, runner.tally.spent) == (1, CENT)
    assert await spender.committed() == CENT
