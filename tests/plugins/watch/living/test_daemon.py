"""One run after the other: days, configurations, pauses and trouble, with a clock of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tagwright.configuration import Configuration
from tagwright.errors import BudgetError, ConfigurationError, StateError, TagwrightError
from tagwright.model import Answer, Facts, Rendition
from tagwright.pipeline import Settings
from tagwright.policy import Policy
from tagwright.ports import Watcher
from tagwright.state import attention, runs
from tagwright.state.runs import Run
from tagwright.taxonomy import parse_taxonomy
from tagwright_adapters.memory import (
    MemoryLibrary,
    MemoryPhoto,
    MemoryTagger,
    MemoryWatcher,
    says,
)
from tagwright_plugins.cli.assembly import State, open_state
from tagwright_plugins.watch import holding
from tagwright_plugins.watch.assembly import Setup
from tagwright_plugins.watch.daemon import Daemon
from tagwright_plugins.watch.requests import Requests
from tagwright_plugins.watch.telling import Teller

from .waiting import until

TAXONOMY = parse_taxonomy("name: T\nlanguage: en\nconcepts:\n  Cat:\n  Dog:\n", source="test")


@dataclass
class House:
    """A library in memory, a daemon for it, and what the world does to them."""

    state: State
    requests: Requests
    now: datetime = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    label: str = "cat"
    trouble: TagwrightError | None = None  # of the tagger
    broken: TagwrightError | None = None  # of the configuration
    lost: list[TagwrightError] = field(default_factory=list)  # met by the next watchers
    quiet: tuple[str, ...] = ()
    drain: float = 5.0
    slow: asyncio.Event | None = None  # awaited before a configuration is made
    made: int = 0
    closed: int = 0

    def __post_init__(self) -> None:
        self.library = MemoryLibrary({})
        self.watcher = MemoryWatcher(self.library)
        self.tagger = MemoryTagger(self._answer)
        self.daemon = Daemon(
            self.state, self._make, self.requests, Teller(), clock=lambda: self.now, turn=0.01
        )

    @asynccontextmanager
    async def living(self) -> AsyncIterator[Daemon]:
        """Live for as long as the block lasts."""
        life = asyncio.create_task(self.daemon.run())
        try:
            await until(lambda: self.daemon.watching or life.done())
            yield self.daemon
        finally:
            self.daemon.stop()
            await life

    def put(self, name: str) -> None:
        """Put a photo where it is seen."""
        self.library.photos[name] = MemoryPhoto(name.encode())
        self.watcher.saw(name)

    async def tagged(self, number: int) -> bool:
        counts: dict[str, int] = await self.state.lane(attention.counts)
        return counts.get("done", 0) == number

    async def runs(self) -> list[Run]:
        return await self.state.lane(lambda c: runs.recent(c, 99))

    def _answer(self, rendition: Rendition, facts: Facts) -> Answer:
        if self.trouble is not None:
            raise self.trouble
        return says(self.label)(rendition, facts)

    async def _make(self) -> Setup:
        if self.broken is not None:
            raise self.broken
        if self.slow is not None:
            await self.slow.wait()
        self.made += 1
        configuration = Configuration()
        settings = Settings(TAXONOMY, Policy(), [self.tagger], f"test {self.made}")
        parts = self.library, settings, self._watch, self._close
        return Setup(configuration, *parts, self.quiet, self.drain)

    def _watch(self, known: Iterable[str]) -> Watcher:
        if self.lost:
            raise self.lost.pop()
        self.watcher = MemoryWatcher(self.library)
        self.watcher.scanned()
        return self.watcher

    async def _close(self) -> None:
        self.closed += 1


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """One that does not live yet."""
    configuration = Configuration.model_validate({"state": tmp_path})
    with open_state(configuration) as state:
        yield House(state, Requests(tmp_path))


async def test_it_lives_from_start_to_stop(house: House) -> None:
    """A run that did something is closed with its figures."""
    assert house.daemon.state == "starting"
    async with house.living() as daemon:
        house.put("p/a.jpg")
        await until(lambda: house.tagged(1))
        assert (daemon.state, daemon.tally.tagged) == ("live", 1)
    [run] = await house.runs()
    assert (run.kind, run.status, run.tally["tagged"]) == ("watch", "done", 1)
    assert (house.made, house.closed) == (1, 1)


async def test_each_day_with_work_is_a_run_of_its_own(house: House) -> None:
    """A day without leaves no trace."""
    async with house.living():
        house.put("p/a.jpg")
        await until(lambda: house.tagged(1))
        for _ in range(3):  # two days on which nothing comes
            before, house.now = house.watcher, house.now + timedelta(days=1)
            await until(lambda before=before: house.watcher is not before)  # type: ignore[misc]
        house.put("p/b.jpg")
        await until(lambda: house.tagged(2))
    found = await house.runs()
    assert [(run.status, run.tally["tagged"]) for run in found] == [("done", 1), ("done", 1)]


async def test_a_new_configuration_takes_the_place_of_the_old_one(house: House) -> None:
    """What is there is judged by it; the old one is closed."""
    async with house.living() as daemon:
        house.put("p/a.jpg")
        await until(lambda: house.tagged(1))
        house.daemon.reload()
        await until(lambda: house.made == 2 and daemon.watching)
        await until(lambda: house.closed == 1)
        await until(lambda: daemon.tally.tagged == 1)
    assert house.tagger.calls == 1
    assert house.closed == 2


async def test_a_broken_configuration_is_refused(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """The run goes on under the old one, with its taggers still open."""
    async with house.living() as daemon:
        run_id = daemon.run_id
        house.broken = ConfigurationError("there is no setting 'tagers'.")
        daemon.reload()
        await until(lambda: "the old one stays" in caplog.text)
        house.put("p/a.jpg")
        await until(lambda: house.tagged(1))
        assert (daemon.run_id, house.closed) == (run_id, 0)
    assert "there is no setting 'tagers'." in caplog.text


async def test_a_configuration_that_is_broken_from_the_start_ends_it(house: House) -> None:
    """A person sits before it then."""
    house.broken = ConfigurationError("no")
    with pytest.raises(ConfigurationError):
        await house.daemon.run()


async def test_a_pause_lasts_until_it_is_taken_back(house: House) -> None:
    """Over a restart too; what arrives meanwhile is remembered."""
    house.requests.pause()
    async with house.living() as daemon:
        assert daemon.state.startswith("paused: until")
        house.put("p/a.jpg")
        await until(lambda: daemon.tally.queued == 1)
        house.requests.resume()
        await until(lambda: house.tagged(1))
        house.requests.pause()
        await until(lambda: daemon.state.startswith("paused"))
        house.put("p/b.jpg")
        await until(lambda: daemon.tally.queued == 2)
    assert house.tagger.calls == 1


async def test_photos_wait_in_quiet_hours(house: House) -> None:
    """Nobody is asked until they are over."""
    house.quiet = ("11:00-13:30",)
    async with house.living() as daemon:
        house.put("p/a.jpg")
        await until(lambda: daemon.tally.queued == 1)
        assert daemon.state == "waiting: quiet hours until 13:30"
        assert house.tagger.calls == 0
        house.now += timedelta(hours=2)
        await until(lambda: house.tagged(1))


async def test_money_comes_with_a_new_day(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """It is said once, nothing is tried in between, and nothing is lost."""
    house.trouble = BudgetError("nothing is left for this day.")
    async with house.living() as daemon:
        house.put("p/a.jpg")
        await until(lambda: daemon.state == "waiting: nothing is left for this day.")
        asked = house.tagger.calls
        house.put("p/b.jpg")
        await until(lambda: daemon.tally.queued == 2)
        house.trouble = None
        house.now += timedelta(days=1)
        await until(lambda: house.tagged(2))
    assert house.tagger.calls == asked + 2
    assert caplog.text.count("Photos wait") == 1


async def test_trouble_passes_by_itself(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong key is tried again now and then, later each time."""
    waits: list[int] = []

    def delay(tries: int) -> float:
        waits.append(tries)
        return 0.02

    monkeypatch.setattr(holding, "delay", delay)
    house.trouble = ConfigurationError("the key is not taken.")
    async with house.living():
        house.put("p/a.jpg")
        await until(lambda: len(waits) > 4)
        house.trouble = None
        await until(lambda: house.tagged(1))
        await until(lambda: house.daemon.trouble is None)
    assert waits == sorted(waits)
    assert caplog.text.count("the key is not taken.") == 1


async def test_a_watcher_that_fails_is_made_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is not there yet, or a database that is locked for a while."""
    monkeypatch.setattr(holding, "delay", lambda _tries: 0.02)
    house.lost = [ConfigurationError("no such folder"), StateError("locked")]
    async with house.living():
        await until(lambda: not house.lost)
        await until(lambda: house.daemon.watching)
        house.put("p/a.jpg")
        await until(lambda: house.tagged(1))
    assert [run.status for run in await house.runs()] == ["done"]


async def test_a_person_has_it_look_again(house: House) -> None:
    """What was set aside is tried once more then."""
    async with house.living():
        before = house.watcher
        house.requests.look()
        await until(lambda: house.watcher is not before)
        after = house.watcher
        house.put("p/a.jpg")
        await until(lambda: house.tagged(1))
        assert house.watcher is after


async def test_its_loop_beats(house: House) -> None:
    """So that who supervises it sees that it lives."""
    async with house.living() as daemon:
        first = daemon.beat
        await until(lambda: daemon.beat > first)


async def test_a_drain_has_a_bound(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who never answers holds nobody up; the photo is free for the next."""
    house.drain = 0.05
    asked = asyncio.Event()

    async def observe(_rendition: Rendition, _facts: Facts) -> Answer:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(house.tagger, "observe", observe)
    async with house.living():
        house.put("p/a.jpg")
        await asked.wait()
    assert await house.state.lane(attention.counts) == {"waiting": 1}


def _held(house: House, monkeypatch: pytest.MonkeyPatch) -> tuple[asyncio.Event, asyncio.Event]:
    """Hold back answers; return what says that one was asked for, and what lets them go."""
    asked, go_on = asyncio.Event(), asyncio.Event()
    answer = house.tagger.observe

    async def observe(rendition: Rendition, facts: Facts) -> Answer:
        asked.set()
        await go_on.wait()
        return await answer(rendition, facts)

    monkeypatch.setattr(house.tagger, "observe", observe)
    return asked, go_on


async def test_what_is_in_hand_is_finished(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is paid for is written."""
    asked, go_on = _held(house, monkeypatch)
    async with house.living() as daemon:
        house.put("p/a.jpg")
        await asked.wait()
        daemon.stop()
        await until(lambda: daemon.state == "draining")
        go_on.set()
    assert await house.tagged(1)


async def test_a_start_that_takes_long_beats_and_can_be_ended(house: House) -> None:
    """A tagger may fetch a model first."""
    house.slow = asyncio.Event()
    life = asyncio.create_task(house.daemon.run())
    first = house.daemon.beat
    await until(lambda: house.daemon.beat > first)
    assert house.daemon.state == "starting"
    house.daemon.stop()
    await life
    assert house.made == 0


async def test_a_new_configuration_waits_for_answers_that_are_paid_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is for those who want it to end."""
    house.drain = 0.01
    asked, go_on = _held(house, monkeypatch)
    async with house.living() as daemon:
        house.put("p/a.jpg")
        await asked.wait()
        daemon.reload()
        await until(lambda: house.made == 2)
        first = daemon.beat
        await until(lambda: daemon.beat > first + 0.05)
        go_on.set()
        await until(lambda: house.tagged(1))
    assert house.tagger.calls == 1


async def test_a_photo_that_was_in_hand_ends_no_trouble(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was paid for before the money was spent."""
    go_on, short = asyncio.Event(), BudgetError("nothing is left for this day.")
    asked: list[str] = []

    async def observe(_rendition: Rendition, facts: Facts) -> Answer:
        asked.append(facts.name)
        if facts.name == "b.jpg":
            raise short
        await go_on.wait()
        return says("cat")(_rendition, facts)

    monkeypatch.setattr(house.tagger, "observe", observe)
    async with house.living() as daemon:
        house.put("p/a.jpg")
        await until(lambda: asked == ["a.jpg"])
        house.put("p/b.jpg")
        await until(lambda: daemon.state == "waiting: nothing is left for this day.")
        go_on.set()
        await until(lambda: house.tagged(1))
        first = daemon.beat
        await until(lambda: daemon.beat > first + 0.05)
        assert daemon.state == "waiting: nothing is left for this day."
    assert asked == ["a.jpg", "b.jpg"]
