"""When a file is at rest, by its looks and the time alone."""

from __future__ import annotations

from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from tagwright_adapters.watching.stability import Patience, StabilityTracker, Verdict

PATIENCE = Patience(closed=0.2, open=2.0, growing=3600.0)
A = "/p/a.jpg"


def _tracker() -> StabilityTracker:
    return StabilityTracker(PATIENCE)


def _run(
    tracker: StabilityTracker, sizes: dict[float, int | None], until: float
) -> list[tuple[float, Verdict]]:
    """Look whenever a look is due, at a file whose size changes at the given times."""
    times = sorted(sizes)
    verdicts: list[tuple[float, Verdict]] = []
    while (now := tracker.next_due()) is not None and now <= until:
        assert tracker.take_due(now, 10) == [A]
        size = sizes[times[bisect_right(times, now) - 1]]
        verdict = tracker.looked(A, None if size is None else (size, 1), now)
        if verdict is not Verdict.WAITS:
            verdicts.append((now, verdict))
    return verdicts


def test_a_closed_file_rests_after_a_short_while() -> None:
    tracker = _tracker()
    tracker.closed(A, 10.0)
    assert _run(tracker, {0.0: 5}, 100.0) == [(10.2, Verdict.RESTS)]
    assert not tracker


def test_a_file_that_nobody_closed_rests_after_a_longer_while() -> None:
    tracker = _tracker()
    tracker.touched(A, 10.0)
    assert _run(tracker, {0.0: 5}, 100.0) == [(12.0, Verdict.RESTS)]


def test_a_negative_waits_for_the_picture_of_the_shot() -> None:
    """A little for it to come, and then for as long as it is written."""
    tracker = _tracker()
    raw, picture = "/p/a.CR3", "/p/a.JPG"
    tracker.closed(raw, 0.0)
    tracker.touched(picture, 1.0)
    rested: dict[str, float] = {}
    while (now := tracker.next_due()) is not None:
        for path in tracker.take_due(now, 10):
            size = 5 if path == raw else int(min(now, 30.0)) + 1
            if tracker.looked(path, (size, 1), now) is Verdict.RESTS:
                rested[path] = now
    assert 30.0 < rested[picture] <= rested[raw] <= rested[picture] + 2.2
    tracker.closed(raw, 100.0)
    assert tracker.take_due(100.0, 10) == [raw]
    assert tracker.looked(raw, (5, 1), 100.0) is Verdict.WAITS
    assert tracker.next_due() == 102.2


def test_a_file_that_grows_waits_for_its_end() -> None:
    tracker = _tracker()
    tracker.touched(A, 0.0)
    sizes: dict[float, int | None] = {float(second): 1 + second for second in range(31)}
    [(when, verdict)] = _run(tracker, sizes, 100.0)
    assert verdict is Verdict.RESTS
    assert 32.0 <= when <= 34.0


def test_a_file_opened_again_after_the_close_is_not_at_rest() -> None:
    """As when one program copies it, and the next one adds metadata."""
    tracker = _tracker()
    tracker.closed(A, 0.0)
    [(when, verdict)] = _run(tracker, {0.0: 5, 0.1: 6, 0.9: 7}, 100.0)
    assert verdict is Verdict.RESTS
    assert when >= 2.9


def test_each_close_starts_the_short_while_anew() -> None:
    tracker = _tracker()
    tracker.closed(A, 0.0)
    assert _run(tracker, {0.0: 5}, 0.1) == []
    tracker.closed(A, 0.15)
    assert _run(tracker, {0.0: 6}, 100.0) == [(0.15 + 0.2, Verdict.RESTS)]


def test_an_empty_file_never_rests() -> None:
    """Firefox and Samba make it first, and fill it later."""
    tracker = _tracker()
    tracker.closed(A, 0.0)
    assert _run(tracker, {0.0: 0}, 3000.0) == []
    tracker.closed(A, 3000.0)
    assert _run(tracker, {0.0: 9}, 4000.0) == [(3000.2, Verdict.RESTS)]


def test_a_file_still_growing_after_an_hour_is_left_alone_until_there_is_news() -> None:
    tracker = _tracker()
    tracker.touched(A, 0.0)
    sizes: dict[float, int | None] = {float(second): 1 + second for second in range(9000)}
    [(when, verdict)] = _run(tracker, sizes, 9000.0)
    assert verdict is Verdict.LEFT
    assert 3600.0 <= when <= 3603.0
    assert A not in tracker
    tracker.closed(A, 9000.0)
    assert _run(tracker, sizes, 9999.0) == [(9000.2, Verdict.RESTS)]


def test_a_close_after_an_hour_of_growing_counts_like_any_other() -> None:
    tracker = _tracker()
    tracker.touched(A, 0.0)
    sizes: dict[float, int | None] = {float(second): 1 + second for second in range(3599)}
    assert _run(tracker, sizes, 3599.0) == []
    tracker.closed(A, 3600.5)
    assert _run(tracker, {0.0: 3599}, 9999.0) == [(3600.7, Verdict.RESTS)]


def test_a_file_renamed_into_place_is_complete() -> None:
    tracker = _tracker()
    tracker.vanished("/p/a.tmp", 1.0)
    tracker.renamed("/p/a.tmp", A, 1.0)
    assert _run(tracker, {0.0: 5}, 100.0) == [(1.2, Verdict.RESTS)]


def test_a_file_renamed_while_it_is_written_is_as_open_as_before() -> None:
    tracker = _tracker()
    tracker.touched("/p/b.jpg", 0.0)
    tracker.vanished("/p/b.jpg", 1.0)
    tracker.renamed("/p/b.jpg", A, 1.0)
    assert _run(tracker, {0.0: 5}, 100.0) == [(3.0, Verdict.RESTS)]


def test_a_file_that_went_is_looked_at_in_a_moment() -> None:
    tracker = _tracker()
    tracker.vanished(A, 1.0)
    assert _run(tracker, {0.0: None}, 100.0) == [(1.2, Verdict.GONE)]
    tracker.vanished(A, 5.0)
    tracker.closed(A, 5.1)
    assert _run(tracker, {0.0: 7}, 100.0) == [(5.1 + 0.2, Verdict.RESTS)]


_NEWS = st.lists(
    st.tuples(
        st.floats(0.0, 5.0),  # seconds since the one before
        st.sampled_from(["touched", "closed", "vanished", "written"]),
    ),
    max_size=30,
)


@given(_NEWS)
def test_what_rests_was_quiet_and_every_file_comes_to_an_end(news: list[tuple[float, str]]) -> None:
    """Whatever happens: at rest only what was unchanged for a while, and nothing hangs."""
    tracker = _tracker()
    now, changed, size = 0.0, 0.0, 1
    heard = False
    ends: list[float] = []

    def look(until: float) -> None:
        while (due := tracker.next_due()) is not None and due <= until:
            for path in tracker.take_due(due, 10):
                if tracker.looked(path, (size, 1), due) is Verdict.RESTS:
                    ends.append(due)
                    assert due - changed >= PATIENCE.closed - 1e-6

    for pause, what in news:
        look(now + pause)
        now += pause
        if what == "written":
            size, changed = size + 1, now
            tracker.touched(A, now)
        else:
            getattr(tracker, what)(A, now)
        heard = True
    look(now + 10.0)
    assert not tracker
    assert bool(ends) == heard
    assert tracker.next_due() is None


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0.0, 100.0)), max_size=200))
def test_looks_are_due_in_order_and_for_each_file_once(news: list[tuple[int, float]]) -> None:
    tracker = _tracker()
    for number, now in sorted(news, key=lambda one: one[1]):
        tracker.closed(f"/p/{number}.jpg", now)
    taken = tracker.take_due(1000.0, 1000)
    assert sorted(taken) == sorted({f"/p/{number}.jpg" for number, _ in news})
