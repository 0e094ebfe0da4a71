"""What the policy decides reaches photos, ledger and figures."""

from __future__ import annotations

from typing import Any

from tagwright.policy import Policy, Rule, Then, When
from tagwright.state import runs
from tagwright.state.spread import spread
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo
from tagwright_adapters.memory import MemoryLibrary, MemoryPhoto, MemoryTagger, says

CAR, BEACH, CAT = ("Car",), ("Beach",), ("Animals", "Cat")
RULE = Rule("trip", When(all=("car",)), Then(add=("beach",)))


def _library(**tags: list[tuple[str, ...]]) -> MemoryLibrary:
    photos = {f"p/{name}.jpg": MemoryPhoto(name.encode(), list(t)) for name, t in tags.items()}
    return MemoryLibrary(photos)


async def test_what_a_rule_adds_is_written_and_explained(bench: Any) -> None:
    """The tag says which rule it comes from."""
    library = _library(a=[])
    runner = await bench.runner(library, MemoryTagger(says("car")), policy=Policy(rules=(RULE,)))
    await runner.run()
    assert set(library.photos["p/a.jpg"].tags) == {CAR, BEACH}
    (result,) = bench.results
    assert [(one.rule, one.because) for one in result.fired] == [("trip", "Car")]
    assert {tag.path: tag.tagger for tag in result.receipt.written}[BEACH] == "rule:trip"


async def test_rules_look_at_tags_of_people_not_at_ours(bench: Any) -> None:
    """Else a tag that we wrote would keep everything alive that ever followed from it."""
    library, tagger = _library(ours=[], theirs=[CAR]), MemoryTagger(says("car", confidence=0.85))
    await (await bench.runner(library, tagger)).run()
    assert library.photos["p/ours.jpg"].tags == [CAR]
    stricter = Policy(apply=0.9, rules=(RULE,))
    await (await bench.runner(library, tagger, policy=stricter)).run()
    assert library.photos["p/ours.jpg"].tags == [CAR]
    assert library.photos["p/theirs.jpg"].tags == [CAR, BEACH]


async def test_a_photo_that_a_rule_leaves_alone_is_not_touched(bench: Any) -> None:
    """It counts as done, and nothing waits for review."""
    rule = Rule("no cars", When(all=("car",)), Then(leave_alone=True))
    library, tagger = _library(a=[]), MemoryTagger(says("car", "cat", confidence=0.9))
    tally = await (await bench.runner(library, tagger, policy=Policy(rules=(rule,)))).run()
    assert (library.writes, tally.tagged, tally.tags, tally.review) == (0, 1, 0, 0)


async def test_whole_paths_are_undone_like_all_tags(bench: Any) -> None:
    """Each broader concept is a tag of its own, in the ledger too."""
    library = _library(a=[])
    tagger = MemoryTagger(says("cat"))
    await (await bench.runner(library, tagger, policy=Policy(write="path"))).run()
    assert set(library.photos["p/a.jpg"].tags) == {CAT, ("Animals",)}
    undo_run = await bench.lane(lambda c: runs.begin(c, "undo", bench.owner.id, {}))
    undone: list[Any] = []
    await Undo(library, bench.lane, undone.append, dry_run=False).run(
        Chosen(run=bench.run_ids[-1]), undo_run
    )
    assert library.photos["p/a.jpg"].tags == []
    assert (await bench.lane(spread)).concepts == {}


async def test_spread_counts_what_stands(bench: Any) -> None:
    """Written tags and those that stood there before; not what waits, nor what was rejected."""
    library = _library(a=[], b=[CAR], c=[])
    labels = says("car", confidence=0.9)
    await (await bench.runner(library, MemoryTagger(labels))).run()
    found = await bench.lane(spread)
    assert (found.photos, found.concepts) == (3, {"car": 3})
    library.photos["p/a.jpg"].tags.clear()
    library.photos["p/a.jpg"].touch()
    await (await bench.runner(library, MemoryTagger(labels))).run()
    assert (await bench.lane(spread)).concepts == {"car": 2}
    unsure = Policy(apply=0.95)
    await (await bench.runner(library, MemoryTagger(labels), policy=unsure)).run()
    found = await bench.lane(spread)
    assert (found.photos, found.concepts) == (3, {"car": 1})
