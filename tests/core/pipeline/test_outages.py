"""Trouble of a service: waited out, said, remembered, and never held against a photo."""

from __future__ import annotations

import pytest

from tagwright.errors import TaggerBusyError, TaggerUnavailableError
from tagwright.model import Answer, Facts, Rendition
from tagwright.state import attention
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

from .conftest import Bench


def library(number: int) -> MemoryLibrary:
    """Make a library of that many photos."""
    return MemoryLibrary({f"a/{n:03}.jpg": MemoryPhoto(bytes([n])) for n in range(number)})


def fails(times: int, error: TaggerUnavailableError) -> MemoryTagger:
    """Make a tagger that fails so often, and then sees a cat in each picture."""
    left = [times]

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if left[0]:
            left[0] -= 1
            raise error
        return says("cat")(rendition, facts)

    return MemoryTagger(script)


async def test_a_long_wait_that_a_service_asks_for_is_kept_by_the_next_run(bench: Bench) -> None:
    """It puts the work back at once, and a run soon after does not even ask."""
    photos = library(6)
    tagger = fails(10**6, TaggerBusyError("quota of this day is used up", retry_after=7_200.0))
    first = await bench.runner(photos, tagger)
    await first.run()
    assert first.halted_by is not None
    assert "asks to be left alone for 7200 s" in str(first.halted_by)
    asked = tagger.calls
    assert asked <= tagger.concurrency
    second = await bench.runner(photos, tagger)
    await second.run()
    assert tagger.calls == asked
    assert "quota of this day is used up" in str(second.halted_by)
    assert await bench.lane(attention.counts) == {"waiting": 6}
    assert not await bench.lane(lambda c: attention.troubled(c, 10))


async def test_a_short_wait_is_waited_out_in_place(bench: Bench) -> None:
    """All photos are tagged, without anybody touching it."""
    photos = library(6)
    runner = await bench.runner(photos, fails(3, TaggerBusyError("429", retry_after=0.01)))
    tally = await runner.run()
    assert (tally.tagged, tally.failed, runner.halted_by) == (6, 0, None)


async def test_a_server_that_fails_for_one_photo_only_does_not_hold_up_the_rest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried a few times, is left for another run, and nothing is held against it."""
    monkeypatch.setattr("tagwright.pipeline.gates.breaker._FIRST_PAUSE", 0.01)  # s
    photos = library(40)
    poison = bytes([7])

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if rendition.data == poison:
            raise TaggerUnavailableError("500")
        return says("cat")(rendition, facts)

    tagger = MemoryTagger(script, concurrency=1)
    tally = await (await bench.runner(photos, tagger)).run()
    assert (tally.tagged, tally.failed) == (39, 1)
    assert await bench.lane(attention.counts) == {"done": 39, "waiting": 1}
    assert tagger.calls <= 39 + 5


@pytest.mark.parametrize("patience", [0.0, 0.05])
async def test_who_does_not_want_to_wait_does_not(bench: Bench, patience: float) -> None:
    """Patience is the user's to set; the photos stay for the next run."""
    photos = library(3)
    tagger = fails(10**6, TaggerBusyError("429"))
    runner = await bench.runner(photos, tagger, patience=patience)
    await runner.run()
    assert runner.halted_by is not None
    assert await bench.lane(attention.counts) == {"waiting": 3}
