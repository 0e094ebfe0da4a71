"""What a run will cost is said before anybody is asked, and nothing is changed by that."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tagwright.model import Facts, Quote, Rendition
from tagwright.pipeline import Budget, Estimator, Session, Settings, survey
from tagwright.policy import Policy
from tagwright.state import attention, runs
from tagwright.state.spending import Caps
from tagwright_adapters.memory import MemoryPhoto, MemoryTagger

from .conftest import Bench
from .spender import CENT, Spender, costing, make_library, make_quote


@pytest.fixture
def spender(bench: Bench) -> Spender:
    """Runs with a budget."""
    return Spender(bench)


async def test_an_estimate_adds_up_what_usual_photos_cost(spender: Spender) -> None:
    """Free taggers cost nothing, unknown ones are named, caps are what is left of them."""
    bench = spender.bench
    await spender.run(make_library(3), MemoryTagger(costing(CENT), price=make_quote(CENT)))
    made = (
        MemoryTagger(costing(CENT), name="a", price=Quote(4 * CENT, 5 * CENT, 90 * CENT)),
        MemoryTagger(costing(CENT), name="b", price=Quote(CENT, CENT, CENT)),
        MemoryTagger(costing(CENT), name="free"),
        MemoryTagger(costing(CENT), name="new", price=None),
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


async def test_an_estimate_survives_a_tagger_that_cannot_count(spender: Spender) -> None:
    """Its price is not known, then."""

    class Broken(MemoryTagger):
        async def quote(self, rendition: Rendition, facts: Facts) -> Quote | None:
            raise ZeroDivisionError

    bench = spender.bench
    chosen = Settings(bench.taxonomy, Policy(), (Broken(costing(CENT)),), "test")
    assert (await Estimator(chosen, bench.lane).estimate(1)).unknown == ("memory",)


async def test_a_survey_leaves_everything_as_it_was(spender: Spender) -> None:
    """It counts what is new, changed and left over, and nobody can tell afterwards."""
    bench, library = spender.bench, make_library(6)
    tagger = MemoryTagger(costing(CENT), price=make_quote(CENT))
    await spender.run(library, tagger, caps=Caps(run=4 * CENT))
    library.photos["q/new.jpg"] = MemoryPhoto(b"new")

    async def state() -> object:
        return await bench.lane(
            lambda c: (attention.counts(c), [one.id for one in runs.recent(c, 9)])
        )

    before = await state()
    chosen = Settings(bench.taxonomy, Policy(), (tagger,), "test")
    assert await survey(Session(library, chosen, bench.lane, bench.owner, "")) == 3
    assert await state() == before
    assert tagger.calls == 4
    assert (await spender.run(library, tagger)).tally.queued == 3
