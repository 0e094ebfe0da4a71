"""What a run does to photos, and what it never does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tagwright.errors import (
    AssetError,
    TaggerAnswerError,
    TaggerRefusedError,
    TaggerSetupError,
    VanishedError,
)
from tagwright.model import Answer, AssetRef, Extra, Facts, Rendition, Tag
from tagwright.pipeline import Runner
from tagwright.policy import Policy
from tagwright.ports import NOTHING, Intend, Receipt, Withdrawal
from tagwright.state import attention, costs
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo, Undone
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

CAT = ("Animals", "Cat")


def _library(count: int) -> MemoryLibrary:
    return MemoryLibrary({f"p/{n:03d}.jpg": MemoryPhoto(b"picture %d" % n) for n in range(count)})


async def test_labels_become_tags_of_the_taxonomy(bench: Any) -> None:
    """An alternative label is written as its concept; an unknown one is not written at all."""
    library = _library(1)
    runner = await bench.runner(library, MemoryTagger(says("kitten", "zeppelin")))
    tally = await runner.run()
    assert library.photos["p/000.jpg"].tags == [CAT]
    assert (tally.tagged, tally.tags, dict(tally.unmapped)) == (1, 1, {"zeppelin": 1})


async def test_unsure_labels_wait_for_review(bench: Any) -> None:
    """Between the thresholds nothing is written."""
    library = _library(1)
    tally = await (await bench.runner(library, MemoryTagger(says("cat", confidence=0.6)))).run()
    assert library.photos["p/000.jpg"].tags == []
    assert tally.review == 1


async def test_a_second_run_asks_and_writes_nothing(bench: Any) -> None:
    """Done is done."""
    library, tagger = _library(5), MemoryTagger(says("cat"))
    await (await bench.runner(library, tagger)).run()
    tally = await (await bench.runner(library, tagger)).run()
    assert (tagger.calls, library.writes) == (5, 5)
    assert (tally.unchanged, tally.queued) == (5, 0)


async def test_changed_thresholds_cost_no_call(bench: Any) -> None:
    """Stored answers are mapped anew."""
    library, tagger = _library(3), MemoryTagger(says("cat", confidence=0.6))
    await (await bench.runner(library, tagger)).run()
    await (await bench.runner(library, tagger, policy=Policy(apply=0.55))).run()
    assert tagger.calls == 3
    assert library.writes == 3


async def test_a_dry_run_touches_nothing_and_pays_for_the_real_one(bench: Any) -> None:
    """Its answers are kept, so that the real run after it is free."""
    library, tagger = _library(4), MemoryTagger(says("cat"))
    tally = await (await bench.runner(library, tagger, dry_run=True)).run()
    assert (library.writes, tally.tags, tagger.calls) == (0, 4, 4)
    assert all(result.receipt.changes for result in bench.results)
    await (await bench.runner(library, tagger)).run()
    assert (library.writes, tagger.calls) == (4, 4)


async def test_twins_are_asked_once(bench: Any) -> None:
    """Two files with one picture cost one call, also when they are in hand together."""
    library = MemoryLibrary({f"p/{n}.jpg": MemoryPhoto(b"same") for n in range(6)})
    tagger = MemoryTagger(says("cat"))
    await (await bench.runner(library, tagger)).run()
    assert (tagger.calls, library.writes) == (1, 6)


async def test_a_renamed_photo_is_not_paid_again(bench: Any) -> None:
    """The answer belongs to the picture, not to its name."""
    library, tagger = _library(1), MemoryTagger(says("cat"))
    await (await bench.runner(library, tagger)).run()
    library.photos["q/new name.jpg"] = library.photos.pop("p/000.jpg")
    await (await bench.runner(library, tagger)).run()
    assert tagger.calls == 1


async def test_a_persons_tag_is_not_ours(bench: Any) -> None:
    """A tag that stood there before is neither written nor taken back."""
    library = _library(1)
    library.photos["p/000.jpg"].tags = [CAT]
    await (await bench.runner(library, MemoryTagger(says("cat", "dog")))).run()
    await _undo(bench, library)
    assert library.photos["p/000.jpg"].tags == [CAT]


async def test_undo_takes_back_what_was_written_and_nothing_else(bench: Any) -> None:
    """What a person adds in between stays."""
    library = _library(2)
    await (await bench.runner(library, MemoryTagger(says("cat")))).run()
    library.photos["p/001.jpg"].tags.append(("Holiday",))
    undone = await _undo(bench, library)
    assert [photo.tags for photo in library.photos.values()] == [[], [("Holiday",)]]
    assert all(one.error is None for one in undone)


async def test_undone_tags_are_not_written_again_by_themselves(bench: Any) -> None:
    """The next run leaves the photos alone; --force takes them up without asking again."""
    library, tagger = _library(1), MemoryTagger(says("cat"))
    await (await bench.runner(library, tagger)).run()
    await _undo(bench, library)
    assert (await (await bench.runner(library, tagger)).run()).queued == 0
    await (await bench.runner(library, tagger, force=True)).run()
    assert library.photos["p/000.jpg"].tags == [CAT]
    assert tagger.calls == 1


async def test_a_deleted_tag_never_comes_back(bench: Any) -> None:
    """A person who deletes our tag has rejected it: for another tagger and name too."""
    library = _library(1)
    await (await bench.runner(library, MemoryTagger(says("cat", "dog")))).run()
    photo = library.photos["p/000.jpg"]
    photo.tags.remove(CAT)
    photo.touch()
    await (await bench.runner(library, MemoryTagger(says("cat"), name="other"))).run()
    assert photo.tags == [("Animals", "Dog")]
    library.photos["q/moved.jpg"] = library.photos.pop("p/000.jpg")
    await (await bench.runner(library, MemoryTagger(says("kitten"), name="third"))).run()
    assert photo.tags == [("Animals", "Dog")]


async def test_one_bad_photo_does_not_stop_the_run(bench: Any) -> None:
    """Errors of ours, and faults in a plugin, are told of the photo they belong to."""

    def script(rendition: Rendition, facts: Facts) -> Answer:
        if b"3" in rendition.data:
            raise ZeroDivisionError
        return says("cat")(rendition, facts)

    library = _library(10)
    tally = await (await bench.runner(library, MemoryTagger(script))).run()
    assert (tally.tagged, tally.failed) == (9, 1)
    (failed,) = [result for result in bench.results if result.status == "failed"]
    assert failed.ref == AssetRef("memory", "p/003.jpg")
    assert "ZeroDivisionError" in str(failed.error)
    assert (await (await bench.runner(library, MemoryTagger(says("cat")))).run()).set_aside == 1


@pytest.mark.parametrize("error", [TaggerRefusedError, TaggerAnswerError])
async def test_a_refusal_is_asked_once_and_remembered(bench: Any, error: type[Exception]) -> None:
    """Neither the next run nor --force asks the same question again."""
    calls = 0

    def script(_rendition: Rendition, _facts: Facts) -> Answer:
        nonlocal calls
        calls += 1
        raise error("no people, please")

    library, tagger = _library(3), MemoryTagger(script)
    tally = await (await bench.runner(library, tagger)).run()
    await (await bench.runner(library, tagger)).run()
    await (await bench.runner(library, tagger, force=True)).run()
    assert (calls, tally.refused) == (3, 3)
    assert "no people" in str(bench.results[0].error)


async def test_a_wrong_key_ends_the_run_and_counts_against_no_photo(bench: Any) -> None:
    """Every photo would fail the same way, so none is tried in vain."""

    def script(_rendition: Rendition, _facts: Facts) -> Answer:
        raise TaggerSetupError("the key is wrong")

    library = _library(40)
    runner = await bench.runner(library, MemoryTagger(script, concurrency=2))
    tally = await runner.run()
    assert isinstance(runner.halted_by, TaggerSetupError)
    assert (tally.failed, tally.tagged) == (0, 0)
    await (await bench.runner(library, MemoryTagger(says("cat")))).run()
    assert library.writes == 40


async def test_a_photo_that_vanishes_is_said_and_passed_over(bench: Any) -> None:
    """Gone between the scan and its turn."""
    library = _library(3)

    def script(rendition: Rendition, facts: Facts) -> Answer:
        library.photos.pop("p/002.jpg", None)
        return says("cat")(rendition, facts)

    tally = await (await bench.runner(library, MemoryTagger(script, concurrency=1))).run()
    assert tally.tagged == 2
    assert isinstance(bench.results[-1].error, VanishedError)


async def test_stopping_finishes_what_is_in_hand(bench: Any) -> None:
    """The next run does the rest, and nothing is asked twice."""
    library, tagger = _library(50), MemoryTagger(says("cat"), concurrency=2)
    made: list[Runner] = []
    made.append(await bench.runner(library, tagger, on_result=lambda _: made[0].stop()))
    first = await made[0].run()
    assert 0 < first.tagged < 50
    counts = await bench.lane(attention.counts)
    assert counts == {"done": first.tagged, "waiting": 50 - first.tagged}
    await (await bench.runner(library, tagger)).run()
    assert (tagger.calls, library.writes) == (50, 50)


async def test_a_crash_after_the_write_leaves_a_tag_that_is_known_as_ours(bench: Any) -> None:
    """The intention was recorded first, so that undo still takes the tag back."""

    class Killed(BaseException):
        pass

    class Dying(MemoryLibrary):
        async def write(
            self,
            ref: AssetRef,
            tags: Sequence[Tag],
            intend: Intend,
            withdraw: Withdrawal = NOTHING,
            extras: Sequence[Extra] = (),
        ) -> Receipt:
            await super().write(ref, tags, intend, withdraw, extras)
            raise Killed

    library = _library(1)
    with pytest.raises(BaseExceptionGroup):
        await (await bench.runner(Dying(library.photos), MemoryTagger(says("cat")))).run()
    await (await bench.runner(library, MemoryTagger(says("cat")))).run()
    assert library.photos["p/000.jpg"].tags == [CAT]
    undone = await _undo(bench, library, run_id=bench.run_ids[0])
    assert len(undone) == 1
    assert library.photos["p/000.jpg"].tags == []


async def test_a_crash_before_the_write_leaves_no_claim(bench: Any) -> None:
    """A tag that a person adds after our crash is theirs."""
    library = _library(1)

    def die(_ref: AssetRef) -> None:
        raise AssetError("the power went")

    library.before_write = die
    await (await bench.runner(library, MemoryTagger(says("cat")))).run()
    library.before_write = lambda _ref: None
    await (await bench.runner(library, MemoryTagger(says("dog")), force=True)).run()
    library.photos["p/000.jpg"].tags.append(("Holiday",))
    for run_id in bench.run_ids[:2]:
        await _undo(bench, library, run_id=run_id)
    assert library.photos["p/000.jpg"].tags == [("Holiday",)]


async def test_costs_are_added_up(bench: Any) -> None:
    """One row a call; a run's sum is exact."""
    library = _library(3)
    runner = await bench.runner(library, MemoryTagger(says("cat")))
    await runner.run()
    spent = await bench.lane(lambda c: costs.of_run(c, bench.run_ids[0]))
    assert (spent.requests, spent.cost) == (0, 0)


async def test_two_taggers_agree_on_one_tag(bench: Any) -> None:
    """What several taggers say of a photo is mapped together."""
    library = _library(1)
    first, second = MemoryTagger(says("cat"), name="a"), MemoryTagger(says("kitten"), name="b")
    await (await bench.runner(library, first, second)).run()
    assert library.photos["p/000.jpg"].tags == [CAT]
    assert len(bench.results[0].answers) == 2


async def test_as_many_at_once_as_the_tagger_takes_and_no_more(bench: Any) -> None:
    """Three wait for each other, and a fourth never joins them."""
    together = asyncio.Barrier(3)

    class Slow(MemoryTagger):
        async def observe(self, rendition: Rendition, facts: Facts) -> Answer:
            self.at_once += 1
            most.append(self.at_once)
            await together.wait()
            self.at_once -= 1
            return await super().observe(rendition, facts)

        at_once = 0

    most: list[int] = []
    async with asyncio.timeout(30):
        await (await bench.runner(_library(60), Slow(says("cat"), concurrency=3))).run()
    assert max(most) == 3


async def _undo(bench: Any, library: MemoryLibrary, run_id: str | None = None) -> list[Undone]:
    found: list[Undone] = []
    undo = Undo(library, bench.lane, found.append, dry_run=False)
    await undo.run(Chosen(run=run_id or bench.run_ids[0]), bench.run_ids[-1])
    return found
