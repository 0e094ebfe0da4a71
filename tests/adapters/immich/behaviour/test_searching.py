"""``POST /search/metadata`` as real servers do it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.adapters.immich.server import ImmichServer

from .conftest import Ask


def found(ask: Ask, **asked: Any) -> list[str]:
    """Return the names of the assets on a page."""
    items = ask("POST", "/search/metadata", asked)["assets"]["items"]
    return sorted(item["originalFileName"] for item in items)


def test_search_results_never_contain_tags(immich: ImmichServer, ask: Ask) -> None:
    """Not even with everything else."""
    asset = immich.upload()
    immich.settle()
    immich.tag(asset, "a")
    immich.settle()
    asked = {"withExif": True, "withPeople": True, "withStacked": True}
    (item,) = ask("POST", "/search/metadata", asked)["assets"]["items"]
    assert "tags" not in item
    assert item["exifInfo"]["exifImageWidth"] == 1600


def test_pages(immich: ImmichServer, ask: Ask) -> None:
    """``total`` counts the page, and the next one is a text."""
    for number in range(5):
        immich.upload(f"{number}.jpg")
    page = ask("POST", "/search/metadata", {"size": 2, "page": 2})["assets"]
    assert (page["total"], page["count"], page["nextPage"]) == (2, 2, "3")
    last = ask("POST", "/search/metadata", {"size": 2, "page": 3})["assets"]
    assert (last["total"], last["nextPage"]) == (1, None)


def test_no_more_than_1000_a_page(immich: ImmichServer, ask: Ask) -> None:
    """More is refused, and a fault of the one who asks."""
    ask("POST", "/search/metadata", {"size": 1001}, 400)
    assert "1001 is greater than the maximum" in immich.faults.pop()


def test_a_plain_page_loop_loses_assets_before_3(immich: ImmichServer, ask: Ask) -> None:
    """Assets of one time come in another order at each page: some twice, others never."""
    for number in range(150):
        immich.upload(f"{number}.jpg")
    seen = [name for page in (1, 2) for name in found(ask, size=100, page=page)]
    assert len(seen) == 150
    assert (len(set(seen)) < 150) == (immich.version == "2.7.5")


def test_by_tags(immich: ImmichServer, ask: Ask) -> None:
    """A parent finds what is below it, null what has none."""
    one, two, _ = (immich.upload(name) for name in ("one", "two", "three"))
    immich.settle()
    immich.tag(one, "a/b")
    immich.tag(two, "a/c", "d")
    immich.settle()
    parent, leaf, other = immich.upsert("a", "a/b", "d")
    assert found(ask, tagIds=[parent]) == ["one", "two"]
    assert found(ask, tagIds=[leaf]) == ["one"]
    assert found(ask, tagIds=[parent, other]) == ["two"]
    assert found(ask, tagIds=None) == ["three"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"2.7.5": ["film", "plain"], "3.1.0": ["archived", "film", "hidden", "plain"]}),
        ({"visibility": "timeline"}, ["film", "plain"]),
        ({"visibility": "archive"}, ["archived"]),
        ({"visibility": "hidden"}, ["hidden"]),
        ({"visibility": "timeline", "withDeleted": True}, ["film", "plain", "trashed"]),
        ({"type": "VIDEO"}, ["film"]),
        ({"isFavorite": True}, ["plain"]),
        ({"originalFileName": "PLAI"}, ["plain"]),
        ({"takenAfter": "2024-01-01T00:00:00.000Z"}, ["film"]),
    ],
)
def test_what_is_found(
    immich: ImmichServer, ask: Ask, asked: dict[str, Any], expected: Any
) -> None:
    """Unless told otherwise the timeline alone before 3.0, then all but what is locked."""
    immich.upload("plain", favourite=True)
    immich.upload("film", kind="VIDEO", taken="2025-01-01T00:00:00.000Z")
    immich.upload("archived", visibility="archive")
    immich.upload("hidden", visibility="hidden")
    immich.upload("locked", visibility="locked")
    immich.upload("trashed", trashed=0.0)
    everywhere = isinstance(expected, dict)
    assert found(ask, **asked) == (expected[immich.version] if everywhere else expected)
    ask("POST", "/search/metadata", {"visibility": "locked"}, 401)


def test_created_after(immich: ImmichServer, ask: Ask) -> None:
    """The moment itself counts."""
    immich.upload("old")
    immich.advance(10)
    immich.upload("new")
    moment = immich.clock.stamp()
    assert found(ask, createdAfter=moment) == ["new"]
    assert found(ask, createdBefore=immich.clock.stamp(0)) == ["old"]


def test_what_it_cannot_search_by_is_told(immich: ImmichServer, ask: Ask) -> None:
    """This instrument passes over nothing."""
    ask("POST", "/search/metadata", {"city": "Rome"}, 500)
    assert "cannot search by ['city']" in immich.faults.pop()
