"""Whole runs over an Immich that loses tags and fails, with people who have their own will."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from tests.core.pipeline.conftest import Bench, bench  # noqa: F401 - a fixture

from tagwright.errors import TagwrightError
from tagwright.model import Answer, Facts, Rendition
from tagwright.state import ledger, waiting
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.patience import Patience
from tagwright_adapters.immich.searching import Query
from tagwright_adapters.memory import MemoryTagger, says

from .server import KEY, Asset, ImmichServer, Xmp, at_random

SPEED = 10  # the server's time against ours
PATIENCE = Patience(
    ready=tuple(pause / SPEED for pause in Patience().ready),
    settled=tuple(pause / SPEED for pause in Patience().settled),
    again=tuple(pause / SPEED for pause in Patience().again),
    company=Patience().company / SPEED,
    gathering=Patience().gathering / SPEED,
    holding=Patience().holding / SPEED,
)
SEES = ["Animals/Cat", "Beach"]
EMBEDDED = Xmp(keywords=("Holiday",))


@pytest.fixture
async def library(immich: ImmichServer) -> AsyncIterator[ImmichLibrary]:
    """The account as a photo library; its server's time goes on by itself."""
    immich.permissions.add("user.read")
    immich.run(SPEED)
    made = ImmichLibrary(immich.url, KEY, account="alice", patience=PATIENCE)
    yield made
    await made.aclose()


def tagger() -> MemoryTagger:
    """Return one that sees a cat on a beach."""
    return MemoryTagger(says("cat", "beach"))


def uploads(immich: ImmichServer, count: int) -> list[Asset]:
    """Return new assets, which differ in what is on them."""
    return [immich.upload(f"{number}.jpg", embedded=EMBEDDED) for number in range(count)]


async def test_fresh_uploads(bench: Bench, immich: ImmichServer, library: ImmichLibrary) -> None:  # noqa: F811
    """All are tagged, nothing is lost, and a second run asks nothing of anybody."""
    assets, seeing = uploads(immich, 10), tagger()
    tally = await (await bench.runner(library, seeing)).run()
    assert (tally.tagged, tally.failed, seeing.calls) == (10, 0, 10)
    immich.settle()
    immich.refresh(*assets)
    immich.settle()
    assert {tuple(immich.tags_of(one)) for one in assets} == {("Animals/Cat", "Beach", "Holiday")}
    immich.received.clear()
    await (await bench.runner(library, seeing)).run()
    assert seeing.calls == 10
    assert immich.received.count("/api/tags/assets") == 0


async def test_a_rejected_tag_stays_away(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
) -> None:
    """Untagging is for good; one that a person puts beside ours is theirs."""
    (asset,) = uploads(immich, 1)
    await (await bench.runner(library, tagger())).run()
    immich.settle()
    immich.untag(asset, "Animals/Cat")
    immich.settle()
    immich.tag(asset, "General/Beach")
    immich.settle()
    expected = ["Beach", "General/Beach", "Holiday"]
    for _ in range(2):
        await (await bench.runner(library, tagger(), force=True)).run()
        immich.settle()
        assert immich.tags_of(asset) == expected
        immich.refresh(asset)
        immich.settle()


async def test_deleted_while_at_work(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
) -> None:
    """An asset that goes between listing and writing is dropped; the others are done."""
    first, *others = uploads(immich, 4)

    def delete_and_see(rendition: Rendition, facts: Facts) -> Answer:
        immich.library.assets.pop(first.id, None)
        return says("cat", "beach")(rendition, facts)

    tally = await (await bench.runner(library, MemoryTagger(delete_and_see))).run()
    assert (tally.tagged, tally.left) == (3, 0)
    immich.settle()
    assert all(set(SEES) <= set(immich.tags_of(one)) for one in others)


@pytest.mark.parametrize("seed", range(2))
async def test_a_person_is_quicker(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
    seed: int,
) -> None:
    """What they tag while the model looks is theirs, and an undo of the run leaves it."""
    # Those that have no tags are not read once more before they are written to.
    assets = [*uploads(immich, 3), *(immich.upload(f"new{number}.jpg") for number in range(5))]
    chance = random.Random(seed)
    by_name = {one.name: one for one in assets}
    theirs = {one.id: chance.sample(["Beach", "Mine/Beach", "Dog"], 2) for one in assets[1:6]}

    def tag_and_see(rendition: Rendition, facts: Facts) -> Answer:
        one = by_name[facts.name]
        if one.id in theirs:
            immich.tag(one, *theirs[one.id])
        return says("cat", "beach")(rendition, facts)

    tally = await (await bench.runner(library, MemoryTagger(tag_and_see))).run()
    assert (tally.tagged, tally.left) == (8, 0)
    immich.settle()
    for asset in assets:
        assert set(immich.tags_of(asset)) >= {*SEES, *theirs.get(asset.id, [])}
    refs = await bench.lane(lambda c: waiting.places(c, range(1, 9)))
    standing = await bench.lane(lambda c: {one: ledger.standing(c, one) for one in refs})
    for number, ref in refs.items():
        ours = {"/".join(path) for path in standing[number].values()}
        assert not ours & set(theirs.get(ref.reference, []))
    undo = Undo(library, bench.lane, lambda _: None, dry_run=False)
    await undo.run(Chosen(run=bench.run_ids[0]), bench.run_ids[-1])
    immich.settle()
    for asset in assets:
        assert set(immich.tags_of(asset)) >= set(theirs.get(asset.id, []))
    assert set(immich.tags_of(assets[0])) == {"Holiday"}


async def test_corrupt_file(bench: Bench, immich: ImmichServer, library: ImmichLibrary) -> None:  # noqa: F811
    """No model is asked without a picture."""
    immich.upload(corrupt=True)
    seeing = tagger()
    tally = await (await bench.runner(library, seeing, patience=0.0)).run()
    assert (tally.tagged, seeing.calls) == (0, 0)


@pytest.mark.parametrize("seed", range(2))
async def test_server_in_trouble(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
    seed: int,
) -> None:
    """Errors at random, with work done and answers lost: nothing is lost or paid twice."""
    assets, seeing = uploads(immich, 8), tagger()
    immich.plan = at_random(seed, 0.15)
    for _ in range(60):
        with suppress(TagwrightError):
            await (await bench.runner(library, seeing, patience=1.0)).run()
        if all(set(SEES) <= set(immich.tags_of(one)) for one in assets):
            break
    immich.plan = at_random(seed, 0.0)
    await (await bench.runner(library, seeing)).run()
    immich.settle()
    assert {tuple(immich.tags_of(one)) for one in assets} == {("Animals/Cat", "Beach", "Holiday")}
    assert seeing.calls == len(assets)
    standing = await bench.lane(lambda c: [ledger.standing(c, one) for one in range(1, 9)])
    assert standing == [{"animals/cat": ("Animals", "Cat"), "beach": ("Beach",)}] * 8


async def look(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Look at all that is there, as a watcher does before a visit."""
    client = ImmichClient(immich.url, KEY)
    library.seen([asset async for asset in client.search.walk(Query())], set())
    await client.aclose()


_STEPS = [
    ["turn", "visit"] * 5,
    ["turn", "beside", "visit", "visit", "turn", "turn", "turn", "visit", "turn", "visit"],
    ["turn", "turn", "visit", "turn", "beside", "turn", "beside", "turn", "visit"],
]


@pytest.mark.parametrize("steps", _STEPS)
@pytest.mark.parametrize("first", ["ours", "theirs"])
async def test_the_last_word_is_theirs(
    bench: Bench,  # noqa: F811
    immich: ImmichServer,
    library: ImmichLibrary,
    first: str,
    steps: list[str],
) -> None:
    """However often a tag is taken away and put back, with visits of ours between or without."""
    seeing = tagger()
    (asset,) = uploads(immich, 1)
    if first == "theirs":
        immich.settle()
        immich.tag(asset, "Animals/Cat")
        immich.settle()
    await (await bench.runner(library, seeing)).run()
    there = True
    for step in steps:
        immich.settle()
        if step == "turn":
            (immich.untag if there else immich.tag)(asset, "Animals/Cat")
            there = not there
        elif step == "beside":
            immich.tag(asset, "Mine/Cat")
        else:
            await look(immich, library)
            await (await bench.runner(library, seeing, force=True)).run()
            immich.settle()
            assert ("Animals/Cat" in immich.tags_of(asset)) == there
