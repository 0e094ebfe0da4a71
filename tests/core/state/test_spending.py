"""Money is counted in the transaction of each call: by run, day and month, and never past a cap."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tagwright.errors import TaggerAnswerError, TaggerUnavailableError
from tagwright.model import Usage
from tagwright.money import about, usd
from tagwright.ports import Listing
from tagwright.state import Database, answers, calls, costs, queue, runs, spending
from tagwright.state.answers import Question
from tagwright.state.calls import Intent
from tagwright.state.queue import Wish
from tagwright.state.spending import Caps, ShortError

CENT = Decimal("0.01")
NOON = datetime(2026, 3, 31, 12).timestamp()
DAY = 86_400.0
FOLDERS = ("/p/Sylt/", "/p/ÄÖ/")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new database."""
    opened = Database(tmp_path / "t.db")
    yield opened
    opened.close()


class Books:
    """Begins and settles calls of one photo in each of two folders."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.run_id = runs.begin(connection, "tag", "me", {})
        listings = [Listing.of(folder, [("a.jpg", 1, 1)]) for folder in FOLDERS]
        queue.compare(connection, "files", listings, Wish("goal", self.run_id))
        self.assets = [job.asset_id for job in queue.lease(connection, self.run_id, "me", 9)]
        self.recipe = answers.keep_recipe(connection, {"model": "m"})

    def question(self, asset: int = 0) -> Question:
        return Question(f"picture {asset}", self.recipe, "")

    def begin(
        self, most: Decimal | None, asset: int = 0, tagger: str = "t", caps: Caps | None = None
    ) -> int:
        question = self.question(asset)
        intent = Intent(self.run_id, self.assets[asset], question, tagger, most)
        return calls.begin(self.connection, intent, caps or Caps())

    def answered(self, call: int, cost: Decimal | None, model: str = "m-1", **more: int) -> None:
        usage = Usage(requests=1, input_tokens=1_000, output_tokens=100, cost=cost, **more)
        calls.answered(self.connection, call, usage, model)

    def committed(self) -> dict[str, Decimal]:
        return spending.committed(self.connection, self.run_id, time.time())


@pytest.fixture
def books(database: Database) -> Iterator[Books]:
    """Books with an open transaction."""
    with database.begin() as connection:
        yield Books(connection)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(("r1", "r2")),
            st.integers(0, 40),  # days
            st.integers(0, 50),  # cents set aside
            st.integers(0, 100),  # per cent of it that are really paid
        ),
        max_size=30,
    ),
    caps=st.tuples(*[st.none() | st.integers(0, 200)] * 3),
)
def test_no_cap_is_ever_passed(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, int, int, int]],
    caps: tuple[int | None, ...],
) -> None:
    """Whatever is set aside and paid, when and in which run; what is refused adds nothing."""
    limits = Caps(*(None if cap is None else cap * CENT for cap in caps))
    model: Counter[str] = Counter()
    database = Database(tmp_path_factory.mktemp("spending") / "t.db")
    for run_id, days, cents, share in steps:
        at, amount = NOON + days * DAY, cents * 10_000_000
        paid = amount * share // 100
        day = datetime.fromtimestamp(at)
        names = (run_id, f"{day:%Y-%m-%d}", f"{day:%Y-%m}")
        with database.begin() as connection:
            try:
                spending.commit(connection, run_id, at, amount, limits)
            except ShortError:
                over = [
                    cap is not None and model[name] + amount > cap * 10_000_000
                    for name, cap in zip(names, caps, strict=True)
                ]
                assert any(over)
            else:
                spending.settle(connection, run_id, at, amount, paid)
                model.update(dict.fromkeys(names, paid))
            there = spending.committed(connection, run_id, at)
        assert [there[one] for one in ("run", "day", "month")] == [
            Decimal(model[name]) / spending.NANO for name in names
        ]
        for name, cap in zip(names, caps, strict=True):
            assert cap is None or model[name] <= cap * 10_000_000
    database.close()


@pytest.mark.parametrize("period", ["run", "day", "month"])
def test_what_is_short_is_said(books: Books, period: str) -> None:
    """Which cap, what is left of it, what the next photo may cost, what to do."""
    books.answered(books.begin(CENT), CENT)
    with pytest.raises(ShortError) as caught:
        books.begin(2 * CENT, caps=Caps(**{period: Decimal("0.025")}))
    said = str(caught.value)
    assert f"of the $0.0250 for this {period}, $0.0150 are left" in said
    assert "$0.0200" in said
    assert {"run": "--budget", "day": "'day'", "month": "'month'"}[period] in said
    assert books.committed()["run"] == CENT


def test_what_is_paid_takes_the_place_of_what_was_set_aside(books: Books) -> None:
    """Less or more; and where nobody knows, what was set aside stays."""
    for cost, counted in ((CENT, CENT), (9 * CENT, 9 * CENT), (None, 5 * CENT)):
        before = books.committed()["day"]
        books.answered(books.begin(5 * CENT), cost)
        assert books.committed()["day"] - before == counted


def test_a_killed_call_stays_counted(tmp_path: Path) -> None:
    """Its money, for the day's cap of other runs; and apart, as nobody knows what came of it."""
    database = Database(tmp_path / "t.db")
    with database.begin() as connection:
        killed = Books(connection)
        killed.begin(4 * CENT)
    database.close()
    database = Database(tmp_path / "t.db")
    with database.begin() as connection:
        assert spending.committed(connection, "another", time.time())["day"] == 4 * CENT
        assert calls.attempts(connection, killed.question()) == (0, 1)
        with pytest.raises(ShortError):
            spending.commit(connection, "another", time.time(), 20_000_000, Caps(day=5 * CENT))
        spent = costs.total(connection)
    database.close()
    assert [spent.open, spent.cost, spent.aside] == [1, 0, 4 * CENT]


@pytest.mark.parametrize(
    ("attempts", "counts", "held"), [(1, False, 0), (2, False, 1), (1, True, 1), (2, True, 2)]
)
def test_only_replies_count_against_a_photo(
    books: Books, attempts: int, counts: bool, held: int
) -> None:
    """A service that is away is not the photo's fault; what it said before that was asked for."""
    error = TaggerUnavailableError("503") if not counts else TaggerAnswerError("nonsense")
    error.usage = Usage(requests=attempts, cost=CENT, attempts=attempts)
    calls.failed(books.connection, books.begin(CENT), error, counts=counts)
    assert calls.attempts(books.connection, books.question()) == (held, 0)
    assert calls.attempts(books.connection, books.question(1)) == (0, 0)


def test_costs_by_all_that_one_may_ask(books: Books) -> None:
    """Sums agree with each other, whatever they are by."""
    books.answered(books.begin(CENT, 0, "a"), CENT, "m-1")
    books.answered(books.begin(CENT, 0, "b"), 3 * CENT, "m-2")
    books.answered(books.begin(CENT, 1, "b"), None, "m-2")
    books.begin(2 * CENT, 1, "b")
    connection = books.connection
    total = costs.total(connection)
    assert (total.photos, total.requests, total.cost) == (2, 4, 4 * CENT)
    assert (total.unknown, total.open, total.aside) == (1, 1, 3 * CENT)
    assert (total.input_tokens, total.output_tokens) == (3_000, 300)
    keys: dict[costs.By, list[str]] = {
        "day": [f"{datetime.now():%Y-%m-%d}"],
        "run": [books.run_id],
        "model": ["m-2", "m-1", ""],
        "album": ["/p/Sylt", "/p/ÄÖ"],
        "tagger": ["b", "a"],
    }
    for by, names in keys.items():
        rows = costs.grouped(connection, by)
        assert [row.key for row in rows] == names
        assert sum(row.requests for row in rows) == 4
        assert sum(row.cost for row in rows) == total.cost
        assert sum(row.aside for row in rows) == total.aside
    assert costs.of_run(connection, books.run_id).cost == total.cost
    assert costs.of_run(connection, "another").requests == 0
    assert costs.total(connection, time.time() + 60).requests == 0
    assert costs.grouped(connection, "model", time.time() + 60) == []


def test_what_was_answered_on_this_machine_is_no_cost(books: Books) -> None:
    """Rules that ask nobody make no row of a table of costs."""
    calls.answered(books.connection, books.begin(Decimal(0)), Usage(), "basics")
    assert costs.total(books.connection).photos == 0
    assert costs.grouped(books.connection, "tagger") == []


@pytest.mark.parametrize(
    ("amount", "exact", "rough"),
    [
        ("0", "$0.00", "$0.00"),
        ("0.00021", "$0.0002", "$0.00021"),
        ("0.0376", "$0.0376", "$0.038"),
        ("0.998", "$0.9980", "$1.00"),
        ("4.123", "$4.12", "$4.12"),
        ("1234.5", "$1,234.50", "$1,234.50"),
    ],
)
def test_amounts_read_well(amount: str, exact: str, rough: str) -> None:
    """Cents are too coarse for what a photo costs."""
    assert (usd(Decimal(amount)), about(Decimal(amount))) == (exact, rough)


def test_what_a_killed_run_set_aside_does_not_stay_away_for_ever(database: Database) -> None:
    """Its calls count as the dearest one that came to an end; those of living runs as they are."""
    with database.begin() as c:
        dead = Books(c)
        dead.begin(100 * CENT)
        done = dead.begin(100 * CENT, asset=1)
        calls.answered(c, done, Usage(1, 10, 10, 3 * CENT), "m")
        assert calls.reckon(c) == 0, "it may still be running"
        runs.close_dead(c, lambda _owner: False)
        alive = runs.begin(c, "tag", "me", {})
        assert calls.reckon(c) == 1
        assert calls.reckon(c) == 0
        assert spending.committed(c, alive, time.time())["day"] == 6 * CENT


def test_where_nothing_is_known_all_of_it_stays_aside(database: Database) -> None:
    """The first call of all may have cost as much as it can."""
    with database.begin() as c:
        Books(c).begin(100 * CENT)
        runs.close_dead(c, lambda _owner: False)
        assert calls.reckon(c) == 0
