"""A run that lasts: what arrives is tagged, what may pass is tried again, trouble holds it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select, update

from tagwright.errors import (
    BudgetError,
    ChangedMeanwhileError,
    StorageError,
    TagwrightError,
    UnreadableError,
)
from tagwright.model import Answer, AssetRef, Facts, Rendition
from tagwright.pipeline import Runner, intake, retrying
from tagwright.pipeline import runner as running
from tagwright.pipeline.consulting.chains import Chain
from tagwright.state import attention, queue
from tagwright.state.forgetting import forget
from tagwright.state.schema import assets, folders, receipts
from tagwright_adapters.memory import (
    MemoryLibrary,
    MemoryPhoto,
    MemoryTagger,
    MemoryWatcher,
    Script,
    says,
)

CAT = ("Animals", "Cat")


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(10):
        while not (met if isinstance(met := condition(), bool) else await met):
            await asyncio.sleep(0.005)


@dataclass
class Life:
    """A library that is watched, and a run that lasts."""

    bench: Any
    script: Script = field(default_factory=lambda: says("cat"))
    library: MemoryLibrary = field(default_factory=lambda: MemoryLibrary({}))
    troubles: list[TagwrightError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tagger = MemoryTagger(lambda *about: self.script(*about))  # noqa: PLW0108 - tests change it
        self.watcher = MemoryWatcher(self.library)

    @asynccontextmanager
    async def lived(self, *others: MemoryTagger, **options: Any) -> AsyncIterator[Runner]:
        """Live for as long as the block lasts."""
        self.watcher = MemoryWatcher(self.library)
        more = {"source": self.watcher, "trouble": self.troubles.append}
        runner: Runner = await self.bench.runner(
            self.library, self.tagger, *others, **more, **options
        )
        working = asyncio.create_task(runner.run())
        try:
            yield runner
        finally:
            runner.stop()
            await working

    def put(self, *references: str) -> None:
        """Put photos into the library, each different, and have them seen."""
        for one in references:
            self.library.photos[one] = MemoryPhoto(one.encode())
        self.watcher.saw(*references)

    def is_tagged(self, *references: str) -> bool:
        return all(self.library.photos[one].tags == [CAT] for one in references)

    async def has(self, **counts: int) -> bool:
        found: dict[str, int] = await self.bench.lane(attention.counts)
        return found == counts

    async def let_time_pass(self, runner: Runner, seconds: float = 4000) -> None:
        """As if so much time had gone by."""
        earlier = update(assets).values(due_at=assets.c.due_at - seconds)
        await self.bench.lane(lambda c: c.execute(earlier))
        runner.go_on()


@pytest.fixture
def life(bench: Any) -> Life:
    """An empty library."""
    return Life(bench)


async def test_what_arrives_is_tagged_as_it_comes(life: Life) -> None:
    """One photo after the other, in one run."""
    async with life.lived() as runner:
        for number in range(3):
            life.put(f"p/{number}.jpg")
            await until(lambda n=number: life.is_tagged(f"p/{n}.jpg"))  # type: ignore[misc]
    assert (runner.tally.tagged, life.tagger.calls) == (3, 3)


async def test_what_was_there_before_is_found_by_the_first_look(life: Life) -> None:
    """A watcher begins with all that there is."""
    life.library.photos |= {f"p/{n}.jpg": MemoryPhoto(b"%d" % n) for n in range(5)}
    async with life.lived():
        life.watcher.scanned()
        await until(lambda: life.has(done=5))


async def test_its_own_writes_are_no_news(life: Life) -> None:
    """However often they are seen: nobody is asked, and nothing is written."""
    async with life.lived() as runner:
        life.put("p/a.jpg")
        await until(lambda: life.has(done=1))
        before = runner.tally.found
        for _ in range(200):
            life.watcher.saw("p/a.jpg")
            life.watcher.scanned()
        await until(lambda: runner.tally.found == before + 400)
    assert (life.tagger.calls, life.library.writes, runner.tally.queued) == (1, 1, 1)


async def test_a_partial_look_says_nothing_of_the_rest_of_a_folder(life: Life) -> None:
    """The note that all of it is done stays as it was."""
    async with life.lived() as runner:
        life.put("p/a.jpg", "p/b.jpg")
        await until(lambda: life.has(done=2))
        life.watcher.scanned()
        await until(lambda: runner.tally.found == 4)
        settled = await life.bench.lane(lambda c: c.scalar(select(folders.c.listing)))
        life.watcher.saw("p/a.jpg")
        await until(lambda: runner.tally.found == 5)
        after = await life.bench.lane(lambda c: c.scalar(select(folders.c.listing)))
    assert settled == after
    assert settled is not None
    assert await life.has(done=2)


@pytest.mark.parametrize("seen", [MemoryWatcher.scanned, lambda one: one.saw("p/a.jpg")])
async def test_a_photo_that_goes_and_comes_back_is_not_paid_again(
    life: Life, seen: Callable[[MemoryWatcher], None]
) -> None:
    """Its state is kept, whether events tell of it or a scan does."""
    async with life.lived():
        life.put("p/a.jpg", "p/b.jpg")
        await until(lambda: life.has(done=2))
        photo = life.library.photos.pop("p/a.jpg")
        seen(life.watcher)
        await until(lambda: life.has(done=1, gone=1))
        life.library.photos["p/a.jpg"] = photo
        seen(life.watcher)
        await until(lambda: life.has(done=2))
    assert (life.tagger.calls, life.library.writes) == (2, 2)


async def test_a_folder_that_goes_is_seen_by_its_empty_listing(life: Life) -> None:
    """And is found again when it comes back, as a disk does that was away."""
    async with life.lived():
        life.put("p/a.jpg", "p/b.jpg", "q/c.jpg")
        await until(lambda: life.has(done=3))
        there = dict(life.library.photos)
        for name in ("p/a.jpg", "p/b.jpg"):
            del life.library.photos[name]
        life.watcher.emptied("p/")
        await until(lambda: life.has(done=1, gone=2))
        life.library.photos |= there
        life.watcher.scanned()
        await until(lambda: life.has(done=3))
    assert (life.tagger.calls, life.library.writes) == (3, 3)


async def test_what_has_been_gone_for_long_is_forgotten(life: Life) -> None:
    """Not before; what was paid for stays, and no other photo loses anything."""
    async with life.lived():
        life.put("p/a.jpg", "p/b.jpg")
        await until(lambda: life.has(done=2))
        photo = life.library.photos.pop("p/a.jpg")
        life.watcher.saw("p/a.jpg")
        await until(lambda: life.has(done=1, gone=1))
        assert await life.bench.lane(forget) == 0
        later = update(assets).values(due_at=assets.c.due_at - 91 * 86_400)
        await life.bench.lane(lambda c: c.execute(later))
        assert await life.bench.lane(forget) == 1
        assert await life.bench.lane(forget) == 0
        left = await life.bench.lane(lambda c: c.execute(select(receipts.c.target)).all())
        assert [row.target for row in left] == ["p/b.jpg"]
        photo.tags.clear()
        life.library.photos["p/a.jpg"] = photo
        photo.touch()
        life.watcher.saw("p/a.jpg")
        await until(lambda: life.has(done=2))
        assert life.is_tagged("p/a.jpg")
    assert life.tagger.calls == 2


async def test_a_renamed_photo_is_not_paid_again(life: Life) -> None:
    """It is known by its picture, and our tags on it are still ours."""
    async with life.lived():
        life.put("p/a.jpg")
        await until(lambda: life.has(done=1))
        life.library.photos["q/b.jpg"] = life.library.photos.pop("p/a.jpg")
        life.watcher.saw("p/a.jpg", "q/b.jpg")
        await until(lambda: life.has(done=1, gone=1))
    assert (life.tagger.calls, life.library.writes) == (1, 1)


async def test_a_photo_that_goes_before_its_turn_is_no_failure(life: Life) -> None:
    """People move photos about."""
    async with life.lived() as runner:
        runner.hold()
        life.put("p/a.jpg")
        await until(lambda: runner.tally.queued == 1)
        del life.library.photos["p/a.jpg"]
        runner.go_on()
        await until(lambda: life.has(gone=1))
    assert runner.tally.failed == 0


async def test_what_may_pass_is_tried_again_by_itself(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The timer wakes it, not an arrival."""
    monkeypatch.setattr(retrying, "_FIRST", 0.02)
    failures = iter([ChangedMeanwhileError(), StorageError("full")])

    def before(_ref: AssetRef) -> None:
        for error in failures:
            raise error

    life.library.before_write = before
    async with life.lived():
        life.put("p/a.jpg")
        await until(lambda: life.has(done=1))
    assert life.tagger.calls == 1


async def test_it_waits_longer_each_time(life: Life) -> None:
    """From seconds to an hour, and not more."""
    waits = [retrying.delay(tries) for tries in range(1, 40)]
    assert waits[0] <= 5
    assert all(early < late for early, late in zip(waits[:8:2], waits[2:10:2], strict=True))
    assert max(waits) <= queue.LONGEST_WAIT


async def test_a_full_disk_is_waited_for_however_long(life: Life) -> None:
    """The photo is not to blame; the answer is kept meanwhile."""
    full = True

    def before(_ref: AssetRef) -> None:
        if full:
            raise StorageError("full")

    life.library.before_write = before
    async with life.lived() as runner:
        life.put("p/a.jpg")
        for tries in range(1, 20):
            await until(lambda n=tries: runner.tally.left == n)  # type: ignore[misc]
            await life.let_time_pass(runner)
        full = False
        await life.let_time_pass(runner)
        await until(lambda: life.has(done=1))
    assert (runner.tally.failed, life.tagger.calls) == (0, 1)


async def test_what_fails_again_and_again_is_set_aside_and_tried_on_request(life: Life) -> None:
    """Its reason is listed, and it holds nothing up."""

    def before(ref: AssetRef) -> None:
        if "bad" in ref.reference:
            raise ChangedMeanwhileError

    life.library.before_write = before
    async with life.lived() as runner:
        life.put("p/bad.jpg")
        while not await life.has(failed=1):
            await life.let_time_pass(runner)
        life.put("p/good.jpg")
        await until(lambda: life.is_tagged("p/good.jpg"))
        [(ref, status, reason)] = await life.bench.lane(lambda c: attention.troubled(c, 9))
        assert (ref.reference, status) == ("p/bad.jpg", "failed")
        assert "set aside after 8 tries" in reason
        life.library.before_write = lambda _ref: None
        assert await life.bench.lane(attention.retry) == 1
        life.watcher.scanned()
        await until(lambda: life.has(done=2))
    assert life.tagger.calls == 2


async def test_a_photo_that_cannot_be_read_is_set_aside_at_once(life: Life) -> None:
    """Until it changes: half of a copy, and then all of it."""

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if b"half" in rendition.data:
            raise UnreadableError
        return says("cat")(rendition, facts)

    life.script = script
    async with life.lived():
        life.library.photos["p/a.jpg"] = photo = MemoryPhoto(b"half")
        life.watcher.saw("p/a.jpg")
        await until(lambda: life.has(failed=1))
        photo.picture = b"all of it"
        photo.touch()
        life.watcher.saw("p/a.jpg")
        await until(lambda: life.has(done=1))


async def test_what_changes_while_it_is_in_hand_is_looked_at_again(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of its events may come just then."""
    monkeypatch.setattr(intake, "_LOOK_AGAIN", 0.02)

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if rendition.data == b"half":
            life.library.photos["p/a.jpg"].picture = b"all of it"
            life.watcher.saw("p/a.jpg")
            raise UnreadableError
        return says("cat")(rendition, facts)

    life.script = script
    async with life.lived():
        life.library.photos["p/a.jpg"] = MemoryPhoto(b"half")
        life.watcher.saw("p/a.jpg")
        await until(lambda: life.has(done=1))


async def test_a_scan_while_one_is_in_hand_takes_nothing_that_comes_after_for_gone(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look at what changed in hand knows nothing of the rest of the folder."""
    monkeypatch.setattr(intake, "_LOOK_AGAIN", 0.01)
    asked, go_on = asyncio.Event(), asyncio.Event()

    class Slow(MemoryTagger):
        async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
            if facts.name == "a.jpg":
                asked.set()
                await go_on.wait()
            return await super().observe(rendition, facts)

    life.tagger = Slow(says("cat"))
    async with life.lived() as runner:
        life.put("p/a.jpg")
        await asked.wait()
        life.library.photos["p/a.jpg"].touch()
        life.watcher.scanned()
        life.put("p/b.jpg")
        await until(lambda: life.is_tagged("p/b.jpg"))
        looked = runner.tally.elsewhere
        await until(lambda: runner.tally.elsewhere > looked + 3)
        assert runner.tally.gone == 0
        go_on.set()
        await until(lambda: life.has(done=2))
    assert life.tagger.calls == 2


async def test_trouble_that_concerns_all_holds_the_run_and_loses_nothing(life: Life) -> None:
    """No money: what arrives is kept, nobody is asked, and it goes on when told to."""
    error: list[TagwrightError] = [BudgetError("nothing is left")]

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if error:
            raise error[0]
        return says("cat")(rendition, facts)

    life.script = script
    async with life.lived() as runner:
        life.put("p/a.jpg", "p/b.jpg")
        await until(lambda: runner.is_held)
        life.put("p/c.jpg")
        await until(lambda: life.has(waiting=3))
        asked = life.tagger.calls
        error.clear()
        assert not life.is_tagged("p/c.jpg")
        runner.go_on()
        await until(lambda: life.has(done=3))
    assert life.troubles
    assert life.tagger.calls == asked + 3
    assert runner.halted_by is None


async def test_a_tagger_that_was_given_up_is_asked_again_after_a_while(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ended a minute later does not keep a chain from its first member for the whole day."""
    away: list[TagwrightError] = [BudgetError("nothing is left")]

    def first(rendition: Rendition, facts: Facts) -> Answer:
        if away:
            raise away[0]
        return says("cat")(rendition, facts)

    life.tagger = MemoryTagger(first, name="first")
    second = MemoryTagger(says("dog"), name="second")
    chain = Chain("chain:pair", ("first", "second"), "fallback")
    async with life.lived(second, chains=[chain]):
        life.put("p/a.jpg")
        await until(lambda: life.has(done=1))
        assert (life.tagger.calls > 0, second.calls) == (True, 1)
        away.clear()
        asked = life.tagger.calls
        life.put("p/b.jpg")
        await until(lambda: life.has(done=2))
        assert (life.tagger.calls, second.calls) == (asked, 2)
        monkeypatch.setattr(running, "_SPELL", 0.0)
        life.put("p/c.jpg")
        await until(lambda: life.has(done=3))
        assert life.tagger.calls > asked


async def test_what_was_put_off_before_a_clock_was_set_back_is_not_forgotten(life: Life) -> None:
    """A due time beyond any that is ever set is due."""
    life.library.before_write = _once(StorageError("full"))
    async with life.lived() as runner:
        life.put("p/a.jpg")
        await until(lambda: runner.tally.left == 1)
        await life.let_time_pass(runner, -86_400)
        await until(lambda: life.has(done=1))


async def test_what_a_stopped_run_had_left_is_taken_up_by_the_next(life: Life) -> None:
    """Also what it had put off, which waits on."""
    life.library.before_write = _once(StorageError("full"))
    async with life.lived() as runner:
        life.put("p/a.jpg")
        await until(lambda: runner.tally.left == 1)
        runner.hold()
        life.put("p/b.jpg")
        await until(lambda: life.has(waiting=2))
    async with life.lived() as runner:
        life.watcher.scanned()
        await until(lambda: life.is_tagged("p/b.jpg"))
        assert not life.is_tagged("p/a.jpg")
        await life.let_time_pass(runner)
        await until(lambda: life.has(done=2))
    assert life.tagger.calls == 2


async def test_a_command_takes_up_at_once_what_a_daemon_has_put_off(life: Life) -> None:
    """A person who says 'tag this' is not told to wait."""
    life.library.before_write = _once(StorageError("full"))
    async with life.lived() as runner:
        life.put("p/a.jpg")
        await until(lambda: runner.tally.left == 1)
    await (await life.bench.runner(life.library, life.tagger)).run()
    assert life.is_tagged("p/a.jpg")


async def test_what_a_dead_daemon_had_in_hand_is_done_by_the_next(life: Life) -> None:
    """Nothing of it stays locked."""
    async with life.lived() as runner:
        runner.hold()
        life.put("p/a.jpg")
        await until(lambda: life.has(waiting=1))
    dead = update(assets).values(status="working", owner="1-dead")
    await life.bench.lane(lambda c: c.execute(dead))
    async with life.lived():
        life.watcher.scanned()
        await until(lambda: life.has(done=1))


def _once(error: TagwrightError) -> Callable[[AssetRef], None]:
    errors = iter([error])

    def before(_ref: AssetRef) -> None:
        for one in errors:
            raise one

    return before
