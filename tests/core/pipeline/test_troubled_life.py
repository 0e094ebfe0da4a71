"""Trouble in a run that lasts: what may pass is tried again, what concerns all holds it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import update
from tests.core.pipeline.life import Life, until

from tagwright.errors import (
    BudgetError,
    ChangedMeanwhileError,
    StorageError,
    TagwrightError,
    UnreadableError,
)
from tagwright.model import Answer, AssetRef, Facts, Rendition
from tagwright.pipeline import intake, retrying
from tagwright.pipeline import runner as running
from tagwright.pipeline.consulting.chains import Chain
from tagwright.state import attention, queue
from tagwright.state.schema import assets
from tagwright_adapters.memory import (
    MemoryPhoto,
    MemoryTagger,
    says,
)


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
