"""Albums."""

from __future__ import annotations

from typing import Any

from tests.adapters.immich.server.calls.call import Call, Handler, RefusedError, missing
from tests.adapters.immich.server.library import Album


def _list(call: Call) -> Any:
    """List one's own, which 3.x does together with those that others share.

    Of those that hold an asset both versions list all, whatever else is asked.
    """
    visible = [
        album
        for album in call.library.albums.values()
        if call.by.id in (album.owner, *album.editors)
    ]
    if "assetId" in call.query:
        found = [album for album in visible if call.query["assetId"] in album.assets]
    else:
        found = [album for album in visible if _wanted(call, album)]
    return [_shown(call, album) for album in found]


def _wanted(call: Call, album: Album) -> bool:
    own = album.owner == call.by.id
    if call.query.get("isOwned") not in (None, str(own).lower()):
        return False
    shared = call.query.get("shared" if call.old else "isShared")
    if shared is not None:
        return (shared == "true") == bool(album.editors)
    return own or not call.old


def _create(call: Call) -> Any:
    asked = call.body
    unknown = set(asked) - {"albumName", "description", "assetIds"}
    assert not unknown, f"this server cannot make albums with {sorted(unknown)}"
    album = call.library.album(asked["albumName"], call.by)
    album.description = asked.get("description", "")
    album.assets = [one for one in asked.get("assetIds", ()) if call.library.owned(one, call.by)]
    return _shown(call, album)


def _add(call: Call) -> Any:
    return _each(call, _album(call, "albumAsset.create"), gone=False)


def _remove(call: Call) -> Any:
    return _each(call, _album(call, "albumAsset.delete"), gone=True)


def _album(call: Call, permission: str) -> Album:
    album = call.library.albums.get(call.names["id"])
    if album is None and permission == "albumAsset.create":
        raise RefusedError(400, "Album not found")
    if album is None or call.by.id not in (album.owner, *album.editors):
        raise missing(permission)
    return album


def _each(call: Call, album: Album, *, gone: bool) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for number in call.body["ids"]:
        inside = number in album.assets
        if inside is not gone:
            error = "not_found" if gone else "duplicate"
            results.append({"id": number, "success": False, "error": error})
        elif call.library.readable(number, call.by) is None:
            results.append({"id": number, "success": False, "error": "no_permission"})
        else:
            (album.assets.remove if gone else album.assets.append)(number)
            results.append({"id": number, "success": True})
    return results


def _shown(call: Call, album: Album) -> dict[str, Any]:
    owner, stamp = call.library.accounts[album.owner], call.library.clock.stamp
    members = [(call.library.accounts[one].shown, "editor") for one in album.editors]
    shown: dict[str, Any] = {
        "id": album.id,
        "albumName": album.name,
        "description": album.description,
        "albumThumbnailAssetId": next(iter(album.assets), None),
        "assetCount": len(album.assets),
        "createdAt": stamp(album.created),
        "updatedAt": stamp(album.created),
        "hasSharedLink": False,
        "isActivityEnabled": True,
        "shared": bool(album.editors),
    }
    if call.old:
        shown |= {"owner": owner.shown, "ownerId": owner.id, "assets": []}
    else:
        members.insert(0, (owner.shown, "owner"))
    return shown | {"albumUsers": [{"user": user, "role": role} for user, role in members]}


HANDLERS: dict[tuple[str, str], Handler] = {
    ("get", "/albums"): _list,
    ("post", "/albums"): _create,
    ("put", "/albums/{id}/assets"): _add,
    ("delete", "/albums/{id}/assets"): _remove,
}
