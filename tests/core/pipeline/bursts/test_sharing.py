"""Frames of a burst share one answer."""

from __future__ import annotations

import asyncio
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from tests.quality.frames import jpeg, photo

from tagwright.errors import TaggerAnswerError, TaggerRefusedError, TaggerSetupError
from tagwright.model import Answer, Facts, Rendition
from tagwright.state import visits
from tagwright.state.visits import Selection
from tagwright_adapters.memory import MemoryTagger, says

from .shooting import PHOTOS, SHARED, Camera, Costly, Shot, burst, copies, resemble, run, scene


async def test_a_burst_is_asked_about_once(bench: Any) -> None:
    """Though 64 of its frames are in hand at once."""
    library, tagger = Camera(burst("cat.jpg", 200)), Costly(says("cat"), concurrency=64)
    tally = await run(bench, library, tagger)
    assert (tagger.calls, tally.asked, tally.shared, tally.tagged) == (1, 1, 199, 200)
    assert {tuple(one.tags) for one in library.photos.values()} == {(("Animals", "Cat"),)}
    assert tally.as_dict()["shared"] == 199


async def test_a_copy_says_where_it_was_seen(bench: Any) -> None:
    """In its answer, its suggestion, and whenever it is judged anew."""
    library = Camera(burst("cat.jpg", 3))
    await run(bench, library, Costly(says("cat")))
    hows = [one.suggestions[0].why[0].observation.how for one in bench.results]
    (own,) = [one for one in bench.results if SHARED not in one.answers[0][1].observations[0].how]
    note = f"seen in {own.ref.reference[2:]}, {SHARED}"
    assert sorted(hows) == ["", note, note]
    kept = await bench.lane(lambda c: visits.batch(c, Selection("memory"), after=0, limit=9))
    assert sorted(one.said[0][1].how for one in kept) == sorted(hows)
    assert {one.said[0][1].confidence for one in kept} == {0.95}


async def test_each_burst_has_its_own_answer(bench: Any) -> None:
    """Of the same scene a minute later, and of another scene in between."""
    shots = [
        *burst("cat.jpg", 20),
        *burst("rocket.jpg", 20, start=0.005),
        *burst("cat.jpg", 20, start=60),
    ]
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, Camera(shots), tagger)
    assert (tagger.calls, tally.shared) == (3, 57)


async def test_another_scene_in_the_midst_is_asked_about(bench: Any) -> None:
    shots = burst("cat.jpg", 10)
    shots[5].picture = scene("temple.jpg")
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, Camera(shots), tagger)
    assert (tagger.calls, tally.shared) == (2, 8)


async def test_it_is_off_where_the_user_says_so(bench: Any) -> None:
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, Camera(burst("cat.jpg", 12)), tagger, bursts=None)
    assert (tagger.calls, tally.shared) == (12, 0)


async def test_turned_off_later_copies_are_not_used(bench: Any) -> None:
    """Each frame then gets its own answer, once; the original is not asked again."""
    library, tagger = Camera(burst("cat.jpg", 5)), Costly(says("cat"))
    await run(bench, library, tagger)
    await run(bench, library, tagger, bursts=None, force=True)
    assert tagger.calls == 5
    await run(bench, library, tagger, bursts=None, force=True)
    tally = await run(bench, library, tagger, force=True)
    assert (tagger.calls, tally.shared) == (5, 0)
    assert not any(SHARED in one.answers[0][1].observations[0].how for one in bench.results)
    kept = await bench.lane(lambda c: visits.batch(c, Selection("memory"), after=0, limit=9))
    assert [len(one.said) for one in kept] == [1] * 5


async def test_the_next_run_remembers_the_burst(bench: Any) -> None:
    """A frame that is found later takes the answer too; one that is out of time does not."""
    shots = burst("cat.jpg", 4)
    library, tagger = Camera(shots[:2]), Costly(says("cat"))
    await run(bench, library, tagger)
    late = [*shots, Shot(scene("cat.jpg"), 30)]
    tally = await run(bench, Camera(late), tagger)
    assert (tagger.calls, tally.shared) == (2, 2)


@cache
def pan(frames: int) -> list[bytes]:
    """Return pictures of a camera that turns slowly, each like the one before."""
    wide = photo(PHOTOS / "temple.jpg").resize((1500, 1000))
    return [jpeg(wide.crop((6 * n, 0, 6 * n + 800, 1000))) for n in range(frames)]


@pytest.mark.parametrize("concurrency", [1, 64])
async def test_an_answer_does_not_walk_along_a_pan(bench: Any, concurrency: int) -> None:
    """Each copy is like the frame that was asked about, not only like its neighbour."""
    pictures = pan(40)
    assert all(resemble(one, other) for one, other in pairwise(pictures))
    library = Camera([Shot(picture, n * 0.01) for n, picture in enumerate(pictures)])
    tagger = Costly(says("cat"), concurrency=concurrency)
    tally = await run(bench, library, tagger)
    assert 3 <= tagger.calls <= 25
    assert tally.shared == 40 - tagger.calls
    for copy, original in await copies(bench):
        assert resemble(library.photos[copy].picture, library.photos[original].picture)


async def test_when_the_first_frame_has_no_answer_the_next_is_asked(bench: Any) -> None:
    """Its refusal stays its own, and is remembered for it alone."""

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if len(tagger.facts) == 1:
            raise TaggerRefusedError("no cats, please")
        return says("cat")(rendition, facts)

    library = Camera(burst("cat.jpg", 40))
    tagger = Costly(script, concurrency=64)
    tally = await run(bench, library, tagger)
    assert (tagger.calls, tally.refused, tally.tagged, tally.shared) == (2, 1, 39, 38)


@pytest.mark.parametrize("error", [TaggerRefusedError, TaggerAnswerError])
async def test_a_burst_that_is_always_refused_ends(bench: Any, error: type[Exception]) -> None:
    """Nobody waits for the others for ever; each is asked once."""

    def script(_rendition: Rendition, _facts: Facts) -> Answer:
        raise error("no cats, please")

    tagger = Costly(script, concurrency=64)
    tally = await run(bench, Camera(burst("cat.jpg", 50)), tagger)
    assert (tagger.calls, tally.refused, tally.shared) == (50, 50, 0)


async def test_a_wrong_key_ends_the_run_at_once(bench: Any) -> None:
    """Those who wait for the first frame do not hold it up."""

    def script(_rendition: Rendition, _facts: Facts) -> Answer:
        raise TaggerSetupError("the key is wrong")

    library = Camera(burst("cat.jpg", 30))
    tally = await run(bench, library, Costly(script, concurrency=64))
    assert (tally.tagged, tally.failed) == (0, 0)
    tagger = Costly(says("cat"))
    await run(bench, library, tagger)
    assert (tagger.calls, library.writes) == (1, 30)


async def test_a_run_that_is_cancelled_leaves_nobody_waiting(bench: Any) -> None:
    """The next one asks about one frame again."""
    begun = asyncio.Event()

    class Stuck(Costly):
        async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
            begun.set()
            await asyncio.Event().wait()
            return await super().observe(rendition, facts)

    library = Camera(burst("cat.jpg", 30))
    stuck = asyncio.create_task(run(bench, library, Stuck(says("cat"), concurrency=64)))
    async with asyncio.timeout(60):
        await begun.wait()
        stuck.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stuck
    tagger = Costly(says("cat"), concurrency=64)
    tally = await run(bench, library, tagger)
    assert (tagger.calls, tally.tagged) == (1, 30)


async def test_each_tagger_has_its_own_answer(bench: Any) -> None:
    """And one that costs nothing looks at each frame."""
    taggers = [Costly(says("cat"), name="a"), Costly(says("dog"), name="b")]
    free = MemoryTagger(says("beach"), name="free")
    tally = await run(bench, Camera(burst("cat.jpg", 8)), *taggers, free)
    assert [one.calls for one in (*taggers, free)] == [1, 1, 8]
    assert tally.shared == 14


class Told(Costly):
    """A tagger that is told the tags of people."""

    reads_facts = True

    def facts_key(self, facts: Facts) -> str:
        """Only they count."""
        return repr(facts.tags)


async def test_another_question_is_asked(bench: Any) -> None:
    """Where what is told beside the picture differs, so may the answer."""
    library, tagger = Camera(burst("cat.jpg", 6)), Told(says("cat"))
    for number in (2, 4):
        library.photos[f"p/{number:03d}.jpg"].tags = [("Holiday",)]
    tally = await run(bench, library, tagger)
    assert (tagger.calls, tally.shared) == (2, 4)
