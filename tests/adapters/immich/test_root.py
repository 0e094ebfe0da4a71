"""All of ours below one tag, in one colour."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.pipeline.conftest import Bench, bench  # noqa: F401 - a fixture

from tagwright.model import AssetRef
from tagwright.state import ledger, runs
from tagwright.state.undoing import Chosen
from tagwright.undo import Undo
from tagwright_adapters.immich.library import ImmichLibrary
from tagwright_adapters.immich.options import ImmichOptions
from tagwright_adapters.immich.root import Root
from tagwright_adapters.memory import MemoryTagger, says

from .server import KEY, ImmichServer
from .test_library import EAGER, tags, unheard

names = st.lists(st.sampled_from(["AI", "a", "b"]), max_size=3).map(tuple)


@given(root=names, path=names.filter(len))
def test_there_and_back(root: tuple[str, ...], path: tuple[str, ...]) -> None:
    """What is ours is known again, and nothing else is taken for ours."""
    made = Root(root)
    assert made.ours(made.below(path)) == made.shown(made.below(path)) == path
    if made.ours(path) is not None:
        assert path[: len(root)] == root
    else:
        assert made.shown(path) == path


@pytest.fixture
async def library(immich: ImmichServer) -> AsyncIterator[ImmichLibrary]:
    """The account as a photo library with a root and a colour."""
    immich.per_request = 0.02
    immich.permissions.update({"user.read", "tag.update"})
    options = ImmichOptions(root=("AI", "Seen"), colour="#a855f7")
    made = ImmichLibrary(immich.url, KEY, account="alice", options=options, patience=EAGER)
    yield made
    await made.aclose()


async def test_a_life_below_it(bench: Bench, immich: ImmichServer, library: ImmichLibrary) -> None:  # noqa: F811
    """Written, rejected and undone there; a tag of a person's elsewhere is theirs."""
    one, two = immich.upload("1.jpg"), immich.upload("2.jpg")
    immich.settle()
    immich.tag(two, "Beach")
    immich.settle()
    seeing = MemoryTagger(says("cat", "beach"))
    await (await bench.runner(library, seeing)).run()
    immich.settle()
    assert immich.tags_of(one) == ["AI/Seen/Animals/Cat", "AI/Seen/Beach"]
    assert immich.tags_of(two) == ["AI/Seen/Animals/Cat", "Beach"]
    immich.untag(one, "AI/Seen/Beach")
    immich.settle()
    tally = await (await bench.runner(library, seeing, force=True)).run()
    immich.settle()
    assert (tally.changed, immich.tags_of(one)) == (0, ["AI/Seen/Animals/Cat"])
    ids = await bench.lane(lambda c: [ledger.standing(c, n) for n in (1, 2)])
    assert ids == [{"animals/cat": ("Animals", "Cat")}] * 2
    new = await bench.lane(lambda c: runs.begin(c, "undo", bench.owner.id, {}))
    await Undo(library, bench.lane, lambda _: None, dry_run=False).run(
        Chosen(run=bench.run_ids[0]), new
    )
    immich.settle()
    assert [immich.tags_of(each) for each in (one, two)] == [[], ["Beach"]]


async def test_colour(immich: ImmichServer, library: ImmichLibrary) -> None:
    """Of what we make, once; what was there before keeps its own."""
    immich.upsert("AI/Seen/Beach")
    assets = [immich.upload() for _ in range(4)]
    refs = [AssetRef("immich:alice", one.id) for one in assets]
    wanted = tags("Beach", "Cat"), tags("Cat", "Dog")
    await asyncio.gather(
        *(library.write(ref, wanted[n % 2], unheard) for n, ref in enumerate(refs))
    )
    colours = {tag.value: tag.color for tag in immich.account.tags.all()}
    assert colours["AI/Seen/Beach"] is None
    assert colours["AI/Seen/Cat"] == colours["AI/Seen/Dog"] == "#A855F7"
    numbers = {tag.id for tag in immich.account.tags.all()}
    assert len([one for one in immich.received if one.rpartition("/")[2] in numbers]) == 2


async def test_a_colour_that_the_key_may_not_set(
    immich: ImmichServer, library: ImmichLibrary, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once; the tags are set all the same."""
    immich.permissions.remove("tag.update")
    asset = immich.upload()
    with caplog.at_level(logging.WARNING):
        await library.write(AssetRef("immich:alice", asset.id), tags("a", "b"), unheard)
    assert [one.getMessage().partition(":")[2][:32] for one in caplog.records] == [
        "alice: the key may not colour ta"
    ]
    assert immich.tags_of(asset) == ["AI/Seen/a", "AI/Seen/b"]
