"""Assets as real servers show them."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image
from tests.adapters.immich.server import KEY, ImmichServer, Person, Stack

from .conftest import Ask

NOWHERE = "00000000-0000-4000-8000-000000000000"


def test_assets_list_leaves_only(immich: ImmichServer, ask: Ask) -> None:
    """Of a/b there is no a."""
    asset = immich.upload(people=(Person(NOWHERE, "Anna"),))
    immich.settle()
    immich.tag(asset, "a/b")
    immich.settle()
    shown = ask("GET", f"/assets/{asset.id}")
    assert [tag["value"] for tag in shown["tags"]] == ["a/b"]
    assert [person["name"] for person in shown["people"]] == ["Anna"]
    assert ("deviceAssetId" in shown) == (immich.version == "2.7.5")


def test_unknown_assets_are_400(immich: ImmichServer, ask: Ask) -> None:
    """Not 404: the same words for what is not there and what is another's."""
    answer = ask("GET", f"/assets/{NOWHERE}", status=400)
    assert answer["message"] == "Not found or no asset.read access"


def test_locked_assets_look_non_existent(immich: ImmichServer, ask: Ask) -> None:
    """In the same way, and no search finds them."""
    asset = immich.upload(visibility="locked")
    immich.settle()
    ask("GET", f"/assets/{asset.id}", status=400)
    assert ask("POST", "/search/metadata", {})["assets"]["items"] == []


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_previews(immich: ImmichServer, http: httpx.Client, form: str) -> None:
    """JPEG or WebP, as the server is set; videos have one too."""
    immich.preview = form
    asset = immich.upload("film.mp4", kind="VIDEO")
    immich.settle()
    address = f"{immich.url}/api/assets/{asset.id}/thumbnail?size=preview"
    response = http.get(address, headers={"x-api-key": KEY})
    assert response.headers["content-type"] == f"image/{form.lower()}"
    with Image.open(io.BytesIO(response.content)) as picture:
        assert picture.format == form


def test_thumbnails_that_are_not_there(immich: ImmichServer, ask: Ask) -> None:
    """Not yet, and of a corrupt file never: 404 in both cases."""
    fine, corrupt = immich.upload(), immich.upload(corrupt=True)
    for asset in (fine, corrupt):
        answer = ask("GET", f"/assets/{asset.id}/thumbnail", status=404)
        assert answer["message"] == "Asset media not found"
    immich.settle()
    assert ask("GET", f"/assets/{fine.id}")["thumbhash"]
    assert ask("GET", f"/assets/{corrupt.id}")["thumbhash"] is None
    ask("GET", f"/assets/{corrupt.id}/thumbnail", status=404)


def test_updated_rises_after_tagging(immich: ImmichServer, ask: Ask) -> None:
    """Polling by it finds one's own writes again."""
    asset = immich.upload()
    immich.settle()
    before = ask("GET", f"/assets/{asset.id}")["updatedAt"]
    immich.advance(1)
    since = {"updatedAfter": immich.clock.stamp()}
    immich.tag(asset, "a")
    immich.settle()
    assert ask("GET", f"/assets/{asset.id}")["updatedAt"] > before
    found = ask("POST", "/search/metadata", since)["assets"]["items"]
    assert [one["id"] for one in found] == [asset.id]


def test_private_notes(immich: ImmichServer, ask: Ask) -> None:
    """A key-value for each asset, in both versions."""
    immich.permissions.add("asset.update")
    asset = immich.upload()
    item = {"key": "tagwright", "value": {"run": "1", "tags": ["a"]}}
    (answer,) = ask("PUT", f"/assets/{asset.id}/metadata", {"items": [item]})
    assert answer["value"] == item["value"]
    assert ask("GET", f"/assets/{asset.id}/metadata") == [answer]


def test_descriptions(immich: ImmichServer, ask: Ask) -> None:
    """They go to the sidecar; the tags in it stay."""
    immich.permissions.add("asset.update")
    asset = immich.upload()
    immich.settle()
    immich.tag(asset, "a")
    immich.settle()
    ask("PUT", f"/assets/{asset.id}", {"description": "A dog"})
    immich.settle()
    shown = ask("GET", f"/assets/{asset.id}")
    assert shown["exifInfo"]["description"] == "A dog"
    assert immich.tags_of(asset) == ["a"]


def test_editors_of_an_album_see_tags_and_cannot_tag(immich: ImmichServer, ask: Ask) -> None:
    """What is shared is shown with its owner's tags, and stays theirs."""
    bob = immich.library.account("Bob", "key-of-bob")
    asset = immich.upload()
    immich.settle()
    immich.tag(asset, "a")
    immich.settle()
    ask("GET", f"/assets/{asset.id}", status=400, key=bob.key)
    album = immich.library.album("Trip", immich.account, (bob,))
    album.assets.append(asset.id)
    shown = ask("GET", f"/assets/{asset.id}", key=bob.key)
    assert [tag["value"] for tag in shown["tags"]] == ["a"]
    (own,) = ask("PUT", "/tags", {"tags": ["b"]}, key=bob.key)
    body = {"assetIds": [asset.id], "tagIds": [own["id"]]}
    assert ask("PUT", "/tags/assets", body, key=bob.key) == {"count": 0}
    (result,) = ask("PUT", f"/tags/{own['id']}/assets", {"ids": [asset.id]}, key=bob.key)
    assert result == {"id": asset.id, "success": False, "error": "no_permission"}
    assert immich.tags_of(asset) == ["a"]


def test_stacks_and_live_photos(immich: ImmichServer, ask: Ask) -> None:
    """A stack names its first one; the video of a live photo is hidden, and named by the photo."""
    film = immich.upload("live.mov", kind="VIDEO", visibility="hidden")
    asset = immich.upload("live.heic", motion=film.id)
    asset.stack = Stack(immich.clock.uuid(), asset.id, 2)
    shown = ask("GET", f"/assets/{asset.id}")
    assert shown["livePhotoVideoId"] == film.id
    assert shown["stack"]["primaryAssetId"] == asset.id
    asked = {"withStacked": True, "visibility": "timeline"}
    (item,) = ask("POST", "/search/metadata", asked)["assets"]["items"]
    assert (item["id"], item["stack"]["assetCount"]) == (asset.id, 2)
    assert ask("GET", f"/assets/{film.id}")["duration"] == (
        "0:00:04.20000" if immich.version == "2.7.5" else 4_200
    )


def test_trash(immich: ImmichServer, ask: Ask) -> None:
    """What is deleted goes there first, and can still be read."""
    immich.permissions.add("asset.delete")
    asset = immich.upload()
    ask("DELETE", "/assets", {"ids": [asset.id]}, 204)
    assert ask("GET", f"/assets/{asset.id}")["isTrashed"]
    ask("DELETE", "/assets", {"ids": [asset.id], "force": True}, 204)
    ask("GET", f"/assets/{asset.id}", status=400)
