"""A run that lasts: what arrives is tagged as it comes, and nothing is paid again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from tests.core.pipeline.life import Life, until

from tagwright.state.forgetting import forget
from tagwright.state.schema import assets, folders, receipts
from tagwright_adapters.memory import (
    MemoryPhoto,
    MemoryWatcher,
)


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
