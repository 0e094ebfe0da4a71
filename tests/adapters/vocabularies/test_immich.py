"""The tags of an Immich account as a taxonomy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.adapters.immich.server import KEY, VERSIONS, ImmichServer

from tagwright.errors import TaxonomyError
from tagwright.taxonomy import dump_taxonomy, parse_taxonomy
from tagwright_adapters.immich.client import ImmichClient
from tagwright_adapters.immich.errors import ImmichSetupError
from tagwright_adapters.vocabularies.immich import from_immich
from tagwright_adapters.vocabularies.vocabulary import Vocabulary


@pytest.fixture(params=VERSIONS)
def immich(request: pytest.FixtureRequest) -> Iterator[ImmichServer]:
    """A server of each version; its answers must have been as its description says."""
    server = ImmichServer(request.param)
    server.start()
    yield server
    server.stop()
    assert server.faults == []


async def imported(immich: ImmichServer, address: str = "") -> Vocabulary:
    """Import the account's tags."""
    client = ImmichClient(address or immich.url, KEY)
    try:
        return await from_immich(client, language="de")
    finally:
        await client.aclose()


def paths(one: Vocabulary) -> list[str]:
    """Return all paths."""
    return ["/".join(one.taxonomy.path(concept.id)) for concept in one.taxonomy]


async def test_the_tree(immich: ImmichServer) -> None:
    """Full paths make the hierarchy: two tags of one name in two places stay two."""
    immich.upsert("Places/Coast", "General/Coast", "Österreich", "Tagwright/To review")
    one = await imported(immich)
    assert paths(one) == ["General", "General/Coast", "Places", "Places/Coast", "Österreich"]
    assert [c.id for c in one.taxonomy] == [
        "general",
        "general/coast",
        "places",
        "places/coast",
        "österreich",
    ]
    assert one.taxonomy["places/coast"].labels == {"de": "Coast"}
    assert one.warnings == ()
    assert parse_taxonomy(dump_taxonomy(one.taxonomy)).key == one.taxonomy.key


async def test_a_tag_that_was_deleted_and_came_back(immich: ImmichServer) -> None:
    """Immich gives it another number; to us it is the same concept."""
    immich.upsert("Places/Coast")
    before = await imported(immich)
    immich.delete("Places/Coast")
    immich.upsert("Places/Coast")
    assert (await imported(immich)).taxonomy.key == before.taxonomy.key


async def test_same_to_a_reader(immich: ImmichServer) -> None:
    """Immich tells case, spaces and ways to write an accent apart; they are joined, and told."""
    immich.upsert("Beach", "beach", "beach/Shell", "Caf\u00e9", "Cafe\u0301")
    immich.create(" Lead")
    one = await imported(immich)
    assert paths(one) == ["Beach", "Beach/Shell", "Café", "Lead"]
    said = "\n".join(map(str, one.warnings))
    assert "'Beach', 'beach' are one concept here, 'Beach'" in said
    assert "'Cafe\u0301' (decomposed), 'Caf\u00e9' are one concept here" in said
    assert "the tag ' Lead' has spaces around it" in said
    assert len(one.warnings) == 3


async def test_names_of_other_programs(immich: ImmichServer) -> None:
    """A literal slash is a step, as every photo tool takes it; a name of nothing is nothing."""
    immich.create("s/l")
    immich.create("")
    immich.create("a|b")
    one = await imported(immich)
    assert paths(one) == ["a-b", "s", "s/l"]
    assert len(one.warnings) == 1


async def test_no_tags(immich: ImmichServer) -> None:
    """An empty account has no vocabulary."""
    with pytest.raises(TaxonomyError, match="the Immich account has no tags yet"):
        await imported(immich)


async def test_a_wrong_address_is_not_taken_for_a_wrong_key(immich: ImmichServer) -> None:
    """The address is tried without the key first."""
    with pytest.raises(ImmichSetupError, match="is not Immich's API"):
        await imported(immich, f"{immich.url}/wrong")
