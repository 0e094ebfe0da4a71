"""Sums for those who watch from outside are those that one would add up by hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from tagwright.errors import TaggerRefusedError
from tagwright.model import Usage
from tagwright.ports import Listing
from tagwright.state import Database, answers, calls, queue, runs
from tagwright.state.answers import Question
from tagwright.state.calls import Intent
from tagwright.state.figures import BOUNDS, figures
from tagwright.state.queue import Wish
from tagwright.state.schema import calls as table
from tagwright.state.spending import Caps

_CALLS = st.lists(
    st.tuples(
        st.sampled_from(("a:1", "b:2")),
        st.sampled_from((*BOUNDS, 0.0, 0.3, 7.0, 1_000.0)),  # s that it took
        st.booleans(),  # whether it brought an answer
        st.integers(0, 5),  # cents
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(made=_CALLS, cut=st.integers(0, 2))
def test_calls_are_added_up_by_tagger(
    tmp_path_factory: pytest.TempPathFactory,
    made: list[tuple[str, float, bool, int]],
    cut: int,
) -> None:
    """What a kill has cut short counts nowhere."""
    database = Database(tmp_path_factory.mktemp("figures") / "t.db")
    with database.begin() as connection:
        run_id = runs.begin(connection, "watch", "me", {})
        listing = Listing.of("/p/", [("a.jpg", 1, 1)])
        queue.compare(connection, "files", [listing], Wish("goal", run_id))
        (job,) = queue.lease(connection, run_id, "me", 1)
        recipe = answers.keep_recipe(connection, {"model": "m"})

        def begin(tagger: str) -> int:
            question = Question("key", recipe, "")
            intent = Intent(run_id, job.asset_id, question, tagger, Decimal(1))
            return calls.begin(connection, intent, Caps())

        for tagger, took, answered, cents in made:
            call = begin(tagger)
            usage = Usage(requests=1, cost=Decimal(cents) / 100)
            if answered:
                calls.answered(connection, call, usage, "m")
            else:
                error = TaggerRefusedError("no")
                error.usage = usage
                calls.failed(connection, call, error, counts=True)
            times = {"started_at": 0.0, "ended_at": took}
            connection.execute(update(table).where(table.c.id == call).values(times))
        for _ in range(cut):
            begin("a:1")
        found = figures(connection)
    database.close()
    outcome = {True: "answered", False: "refused"}
    assert found.calls == Counter((tagger, outcome[right]) for tagger, _, right, _ in made)
    assert found.latency.keys() == {tagger for tagger, *_ in made}
    for tagger, latency in found.latency.items():
        mine = [took for name, took, *_ in made if name == tagger]
        assert latency.upto == (*(sum(t <= bound for t in mine) for bound in BOUNDS), len(mine))
        assert latency.seconds == pytest.approx(sum(mine))
        cents = sum(cents for name, _, _, cents in made if name == tagger)
        assert found.spent[tagger] == Decimal(cents) / 100
    assert found.photos == {"working": 1}
