"""Keys, permissions, versions and errors."""

from __future__ import annotations

from typing import Any

import pytest
from tests.adapters.immich.server import LEAST, ImmichServer

from .conftest import Ask

NOWHERE = "00000000-0000-4000-8000-000000000000"


def test_shape_of_errors(immich: ImmichServer, ask: Ask) -> None:
    """2.x says more, and gives a list where it checks what it got."""
    old = immich.version == "2.7.5"
    answer = ask("GET", "/tags/none", status=400)
    assert answer["message"] == (["id must be a UUID"] if old else "id must be a UUID")
    assert set(answer) == (
        {"message", "error", "statusCode", "correlationId"} if old else {"message"}
    )


def test_keys(immich: ImmichServer, ask: Ask) -> None:
    """A wrong one is 401; the version needs none."""
    assert ask("GET", "/tags", status=401, key="wrong")["message"] == "Invalid API key"
    ask("GET", "/server/version", key="wrong")


@pytest.mark.parametrize("permission", sorted(LEAST - {"asset.view"}))
def test_missing_permissions(immich: ImmichServer, ask: Ask, permission: str) -> None:
    """403, with the name of what is missing."""
    asset = immich.upload()
    calls: dict[str, tuple[Any, ...]] = {
        "asset.read": ("GET", f"/assets/{asset.id}", None),
        "tag.read": ("GET", "/tags", None),
        "tag.create": ("PUT", "/tags", {"tags": ["a"]}),
        "tag.asset": ("PUT", "/tags/assets", {"assetIds": [], "tagIds": []}),
    }
    call = calls[permission]
    ask(*call)
    immich.permissions.remove(permission)
    answer = ask(*call, status=403)
    assert answer["message"] == f"Missing required permission: {permission}"
    immich.permissions.add("all")
    ask(*call)


@pytest.mark.parametrize(
    ("method", "path", "body", "permission"),
    [
        ("PUT", f"/assets/{NOWHERE}", {"description": "x"}, "asset.update"),
        ("PUT", f"/assets/{NOWHERE}/metadata", {"items": []}, "asset.update"),
        ("GET", f"/assets/{NOWHERE}/thumbnail", None, "asset.view"),
        ("GET", "/albums", None, "album.read"),
        ("POST", "/albums", {"albumName": "x"}, "album.create"),
        ("PUT", f"/albums/{NOWHERE}/assets", {"ids": []}, "albumAsset.create"),
        ("GET", "/workflows", None, "workflow.read"),
        ("POST", "/workflows", {"trigger": "AssetCreate"}, "workflow.create"),
        ("PUT", f"/workflows/{NOWHERE}", {"enabled": False}, "workflow.update"),
        ("POST", "/assets/jobs", {"assetIds": [], "name": "refresh-metadata"}, "job.create"),
    ],
)
def test_permissions_for_more(
    immich: ImmichServer, ask: Ask, method: str, path: str, body: Any, permission: str
) -> None:
    """What is needed beside tagging, by the same names in both versions."""
    immich.permissions.discard(permission)
    answer = ask(method, path, body, 403)
    assert answer["message"] == f"Missing required permission: {permission}"


def test_account(immich: ImmichServer, ask: Ask) -> None:
    """What the account and its key are, and whether the Tags feature is on."""
    immich.permissions.add("all")
    assert ask("GET", "/users/me")["name"] == "Alice"
    assert ask("GET", "/users/me/preferences")["tags"]["enabled"]
    immich.account.tags_on = False
    assert not ask("GET", "/users/me/preferences")["tags"]["enabled"]
    assert "all" in ask("GET", "/api-keys/me")["permissions"]
    assert ask("GET", "/server/about")["version"] == f"v{immich.version}"
    assert ask("GET", "/server/features")["sidecar"]


def test_albums(immich: ImmichServer, ask: Ask) -> None:
    """Assets are added and taken away, with what came of each."""
    immich.permissions.add("all")
    asset = immich.upload()
    album = ask("POST", "/albums", {"albumName": "Dogs"}, 201)
    place, ids = f"/albums/{album['id']}/assets", {"ids": [asset.id]}
    assert ask("PUT", place, ids) == [{"id": asset.id, "success": True}]
    assert ask("PUT", place, ids)[0]["error"] == "duplicate"
    (listed,) = ask("GET", "/albums")
    assert (listed["albumName"], listed["assetCount"]) == ("Dogs", 1)
    assert ask("DELETE", place, ids) == [{"id": asset.id, "success": True}]


def test_faults_are_told(immich: ImmichServer, ask: Ask) -> None:
    """A request that the description does not allow is a fault, and refused."""
    ask("PUT", "/tags", {"tags": "a"}, 400)
    ask("PUT", "/tags/assets", {"assetIds": ["1"], "tagIds": []}, 400)
    ask("GET", "/tags?sort=name", status=400)
    assert len(immich.faults) == 3
    immich.faults.clear()
