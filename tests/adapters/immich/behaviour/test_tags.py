"""Tags as real servers have them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.adapters.immich.server import ImmichServer

from .conftest import Ask


def test_upserting_makes_parents_and_returns_leaves(immich: ImmichServer, ask: Ask) -> None:
    """Identifiers are stable."""
    (leaf,) = ask("PUT", "/tags", {"tags": ["a/b/c"]})
    assert (leaf["value"], leaf["name"]) == ("a/b/c", "c")
    every = {tag["value"]: tag for tag in ask("GET", "/tags")}
    assert list(every) == ["a", "a/b", "a/b/c"]
    assert leaf["parentId"] == every["a/b"]["id"]
    assert "parentId" not in every["a"]
    assert ask("PUT", "/tags", {"tags": ["a/b/c"]}) == [leaf]


def test_values_are_told_apart_byte_for_byte(immich: ImmichServer, ask: Ask) -> None:
    """By case, by spaces and by how an accent is written."""
    values = ["Beach", "beach", " beach", "Caf\u00e9", "Cafe\u0301"]
    ask("PUT", "/tags", {"tags": values})
    assert {tag["value"] for tag in ask("GET", "/tags")} == set(values)


def test_slashes_are_normalised(immich: ImmichServer, ask: Ask) -> None:
    """What is nothing without them is dropped: answers cannot be matched by position."""
    asked = ["", "/lead", "/", "trail/", "p//q"]
    answered = ask("PUT", "/tags", {"tags": asked})
    assert [tag["value"] for tag in answered] == ["lead", "trail", "p/q"]


def test_nul_breaks_it(immich: ImmichServer, ask: Ask) -> None:
    """A NUL gives 500."""
    ask("PUT", "/tags", {"tags": ["a\0b"]}, 500)


def test_many_same_upserts_at_once(immich: ImmichServer, ask: Ask) -> None:
    """24 at once make one tag."""
    with ThreadPoolExecutor(24) as pool:
        made = list(pool.map(lambda _: ask("PUT", "/tags", {"tags": ["a/b"]}), range(24)))
    assert len({answer[0]["id"] for answer in made}) == 1
    assert len(ask("GET", "/tags")) == 2


def test_posting_takes_names_literally(immich: ImmichServer, ask: Ask) -> None:
    """A slash makes no parent, and 3.1 takes an empty name."""
    tag = ask("POST", "/tags", {"name": "s/l"}, 201)
    assert (tag["value"], "parentId" in tag) == ("s/l", False)
    assert len(ask("GET", "/tags")) == 1
    refused = immich.version == "2.7.5"
    answer = ask("POST", "/tags", {"name": ""}, 400 if refused else 201)
    assert answer.get("message") == ["name should not be empty"] if refused else answer["id"]


def test_only_the_colour_can_be_changed(immich: ImmichServer, ask: Ask) -> None:
    """There is no renaming and no moving; trying is a fault of the one who does."""
    immich.permissions.add("tag.update")
    (tag,) = ask("PUT", "/tags", {"tags": ["a"]})
    assert ask("PUT", f"/tags/{tag['id']}", {"color": "#00FF00"})["color"] == "#00FF00"
    ask("PUT", f"/tags/{tag['id']}", {"name": "b"}, 400)
    assert immich.faults.pop().endswith("/tags/{id} does not know ['name']")


def test_two_tags_share_a_leaf_name(immich: ImmichServer, ask: Ask) -> None:
    """Only the full value tells them apart."""
    leaves = ask("PUT", "/tags", {"tags": ["places/coast", "general/coast"]})
    assert [tag["name"] for tag in leaves] == ["coast", "coast"]
    assert leaves[0]["id"] != leaves[1]["id"]


def test_deleting_takes_what_is_below(immich: ImmichServer, ask: Ask) -> None:
    """A tag goes with its children."""
    immich.permissions.add("tag.delete")
    parent, _ = immich.upsert("a", "a/b")
    ask("DELETE", f"/tags/{parent}", status=204)
    assert ask("GET", "/tags") == []
    ask("DELETE", f"/tags/{parent}", status=400)


@pytest.mark.parametrize(("count", "status"), [(1_000, 200), (300_000, 500)])
def test_bulk_calls_have_a_limit(immich: ImmichServer, ask: Ask, count: int, status: int) -> None:
    """300,000 identifiers are too many."""
    (tag,) = immich.upsert("a")
    body = {"assetIds": [tag] * count, "tagIds": [tag]}
    ask("PUT", "/tags/assets", body, status)
