"""The root of our tags stays as it is, for as long as any of them stand there."""

from __future__ import annotations

import pytest
from tests.core.pipeline.conftest import Bench, bench  # noqa: F401 - a fixture

from tagwright.configuration import Configuration
from tagwright.configuration.immich import AccountSection
from tagwright.errors import ConfigurationError
from tagwright.model import AssetRef, Tag
from tagwright.ports import Receipt
from tagwright.state import ledger, queue, runs
from tagwright_plugins.immich.opening import open_library
from tagwright_plugins.immich.rooting import check_root

NAME = "immich:alice"


def rooted(root: str) -> Configuration:
    """Return a configuration with a root."""
    return Configuration.model_validate({"immich": {"root": root}})


async def test_it_stays(bench: Bench) -> None:  # noqa: F811
    """Else all of ours would seem to be rejected; where nothing of ours is, it may be any."""
    await check_root(rooted("AI"), NAME, bench.lane)
    await check_root(rooted(""), NAME, bench.lane)
    await check_root(rooted("AI/Seen"), NAME, bench.lane)
    run = await bench.lane(lambda c: runs.begin(c, "tag", bench.owner.id, {}))
    asset = await bench.lane(lambda c: queue.enter(c, AssetRef(NAME, "x"), 0, 0))
    receipt = Receipt((Tag("cat", ("Cat",)),), (), ())
    number = await bench.lane(lambda c: ledger.intend(c, run, asset, receipt))
    await bench.lane(lambda c: ledger.confirm(c, number))
    await check_root(rooted("/AI/ Seen/"), NAME, bench.lane)
    for other in ("", "AI"):
        with pytest.raises(ConfigurationError, match=r"was 'AI/Seen'.*Set 'root'.*as it was"):
            await check_root(rooted(other), NAME, bench.lane)
        with pytest.raises(ConfigurationError, match="Set 'root'"):  # before anything is asked
            await open_library(rooted(other), AccountSection(name="alice"), bench.lane)
    await check_root(rooted(""), "immich:bob", bench.lane)
    await bench.lane(lambda c: ledger.gone(c, asset, ["cat"]))
    await check_root(rooted("AI"), NAME, bench.lane)
