"""How real servers lose tags, and what does not lose any."""

from __future__ import annotations

import httpx
import pytest
from tests.adapters.immich.server import KEY, Asset, External, ImmichServer, Xmp

from .conftest import Ask

EMBEDDED = Xmp(hierarchical_subject=("Family|Anna", "Beach"))


def ready(immich: ImmichServer, count: int) -> list[Asset]:
    """Return new assets, with all done that an upload brings."""
    assets = [immich.upload(f"{number}.jpg") for number in range(count)]
    immich.settle()
    return assets


def lost(immich: ImmichServer, assets: list[Asset], wanted: int) -> int:
    """Return how many tags are missing once all is quiet."""
    immich.settle()
    return sum(wanted - len(asset.tags) for asset in assets)


@pytest.mark.parametrize("seed", range(3))
def test_one_request_per_tag_loses_tags(immich: ImmichServer, ask: Ask, seed: int) -> None:
    """Each was answered with success, and some are gone for good: 7-13 and 4-16 of 80."""
    immich.clock.random.seed(seed)
    immich.per_request = 0.01
    assets = ready(immich, 10)
    for asset in assets:
        for number in immich.upsert(*(f"t/{n}" for n in range(8))):
            results = ask("PUT", f"/tags/{number}/assets", {"ids": [asset.id]})
            assert results == [{"id": asset.id, "success": True}]
    missing = lost(immich, assets, 8)
    assert 4 <= missing <= 16
    immich.refresh(*assets)
    assert lost(immich, assets, 8) == missing  # the sidecars lack them too


def test_one_bulk_call_loses_nothing(immich: ImmichServer, ask: Ask) -> None:
    """All tags of an asset, or of many, at once."""
    immich.per_request = 0.01
    assets = ready(immich, 10)
    tags = immich.upsert(*(f"t/{n}" for n in range(8)))
    for asset in assets[:5]:
        assert ask("PUT", "/tags/assets", _bulk([asset], tags)) == {"count": 8}
    assert ask("PUT", "/tags/assets", _bulk(assets[5:], tags)) == {"count": 40}
    assert lost(immich, assets, 8) == 0


@pytest.mark.parametrize(("gap", "expected"), [(0.0, range(3, 9)), (0.6, range(1))])
def test_two_writes_need_a_gap(immich: ImmichServer, ask: Ask, gap: float, expected: range) -> None:
    """Untagging and tagging at once ends wrong for up to half of 15 assets; 0.6 s apart, never."""
    immich.per_request = 0.01
    old, new = immich.upsert("old", "new")
    assets = ready(immich, 15)
    ask("PUT", "/tags/assets", _bulk(assets, [old]))
    immich.settle()
    for asset in assets:
        ask("DELETE", f"/tags/{old}/assets", {"ids": [asset.id]})
        immich.advance(gap)
        ask("PUT", "/tags/assets", _bulk([asset], [new]))
    immich.settle()
    assert sum(immich.tags_of(asset) != ["new"] for asset in assets) in expected


def test_read_only_libraries_lose_silently(immich: ImmichServer, ask: Ask) -> None:
    """The answer counts the tag, and a moment later it is gone."""
    library = External("11111111-1111-4111-8111-111111111111")
    asset = immich.upload(external=library, embedded=EMBEDDED)
    immich.settle()
    assert ask("PUT", "/tags/assets", _bulk([asset], immich.upsert("new"))) == {"count": 1}
    assert "new" in immich.tags_of(asset)
    immich.advance(0.25)
    assert immich.tags_of(asset) == ["Beach", "Family/Anna"]
    library.read_only = False
    ask("PUT", "/tags/assets", _bulk([asset], immich.upsert("new")))
    immich.settle()
    assert "new" in immich.tags_of(asset)


@pytest.mark.parametrize(("wait", "destroyed"), [(0.0, {10}), (0.05, {0, 1}), (0.2, {0})])
def test_tagging_before_the_thumbhash_destroys_embedded_tags(
    immich: ImmichServer, ask: Ask, wait: float, destroyed: set[int]
) -> None:
    """The photo's own tags are overwritten by a sidecar that does not know them."""
    assets = []
    for _ in range(10):
        assets.append(asset := immich.upload(embedded=EMBEDDED))
        immich.advance(wait)
        assert (asset.thumbhash is not None) == (wait == 0.2)
        ask("PUT", "/tags/assets", _bulk([asset], immich.upsert("new")))
        immich.settle()
    assert sum("Family/Anna" not in immich.tags_of(asset) for asset in assets) in destroyed


def test_deleted_tags_come_back(immich: ImmichServer, ask: Ask) -> None:
    """Deleting a tag leaves the sidecar alone; reading the metadata again makes a new one."""
    (asset,) = ready(immich, 1)
    (first,) = immich.upsert("a/b")
    ask("PUT", "/tags/assets", _bulk([asset], [first]))
    immich.settle()
    immich.permissions.update({"tag.delete", "job.create"})
    ask("DELETE", f"/tags/{first}", status=204)
    assert immich.tags_of(asset) == []
    ask("POST", "/assets/jobs", {"assetIds": [asset.id], "name": "refresh-metadata"}, 204)
    immich.settle()
    (tag,) = ask("GET", f"/assets/{asset.id}")["tags"]
    assert tag["value"] == "a/b"
    assert tag["id"] != first


def test_untagging_sticks(immich: ImmichServer, ask: Ask) -> None:
    """It reaches the sidecar."""
    (asset,) = ready(immich, 1)
    (tag,) = immich.upsert("a/b")
    ask("PUT", "/tags/assets", _bulk([asset], [tag]))
    immich.settle()
    ask("DELETE", f"/tags/{tag}/assets", {"ids": [asset.id]})
    immich.settle()
    immich.refresh(asset)
    immich.settle()
    assert immich.tags_of(asset) == []


def test_stale_tags_fail_silently(immich: ImmichServer, ask: Ask) -> None:
    """An unknown tag, and one that is there already, get the same answer."""
    (asset,) = ready(immich, 1)
    (tag,) = immich.upsert("a")
    ask("PUT", "/tags/assets", _bulk([asset], [tag]))
    immich.settle()
    assert ask("PUT", "/tags/assets", _bulk([asset], [tag])) == {"count": 0}
    immich.delete("a")
    assert ask("PUT", "/tags/assets", _bulk([asset], [tag])) == {"count": 0}
    assert immich.clock.idle


def test_the_cleanup_job_deletes_unused_tags(immich: ImmichServer, ask: Ask) -> None:
    """Those without assets, parents of used ones excepted."""
    (asset,) = ready(immich, 1)
    _, used = immich.upsert("a/b", "c/d")
    ask("PUT", "/tags/assets", _bulk([asset], [used]))
    immich.settle()
    immich.jobs.clean_tags()
    assert [tag["value"] for tag in ask("GET", "/tags")] == ["c", "c/d"]


def test_the_first_source_of_keywords_wins(immich: ImmichServer) -> None:
    """TagsList goes before HierarchicalSubject, and that before Keywords."""
    every = Xmp(("a/b",), ("c|d",), ("e",))
    for embedded, expected in (
        (every, ["a/b"]),
        (Xmp(None, every.hierarchical_subject, every.keywords), ["c/d"]),
        (Xmp(keywords=every.keywords), ["e"]),
    ):
        asset = immich.upload(embedded=embedded)
        immich.settle()
        assert immich.tags_of(asset) == expected


def test_without_its_last_tag_the_files_own_keywords_are_back(
    immich: ImmichServer, ask: Ask
) -> None:
    """An emptied TagsList is no longer in the sidecar: the next source is read."""
    asset = immich.upload(embedded=Xmp(keywords=("Own",)))
    immich.settle()
    (tag,) = immich.upsert("Own")
    ask("DELETE", f"/tags/{tag}/assets", {"ids": [asset.id]})
    immich.settle()
    assert immich.tags_of(asset) == ["Own"]


def test_the_sidecar_keeps_what_others_wrote(immich: ImmichServer, ask: Ask) -> None:
    """Only TagsList is written."""
    asset = immich.upload(sidecar=EMBEDDED)
    immich.settle()
    ask("PUT", "/tags/assets", _bulk([asset], immich.upsert("x/y")))
    immich.settle()
    assert asset.sidecar == Xmp(("Beach", "Family/Anna", "x/y"), EMBEDDED.hierarchical_subject)


def test_two_same_requests_at_once_fail(immich: ImmichServer, http: httpx.Client) -> None:
    """Concurrent identical per-tag calls: one of them gets 500."""
    (asset,) = ready(immich, 1)
    (tag,) = immich.upsert("a")
    call = ("PUT", f"/api/tags/{tag}/assets", f'{{"ids":["{asset.id}"]}}'.encode())
    immich._under_way.append(call)  # the other one, which is still being worked on
    response = http.request(
        call[0], immich.url + call[1], content=call[2], headers={"x-api-key": KEY}
    )
    assert response.status_code == 500
    immich._under_way.remove(call)


def _bulk(assets: list[Asset], tags: list[str]) -> dict[str, list[str]]:
    return {"assetIds": [asset.id for asset in assets], "tagIds": tags}
