"""Assets, their pictures and their private notes."""

from __future__ import annotations

from typing import Any

from tests.adapters.immich.server.assets import Happened, preview
from tests.adapters.immich.server.calls.call import Call, Handler, RefusedError, missing
from tests.adapters.immich.server.searching import count, search


def _get(call: Call) -> Any:
    asset = call.asset("asset.read")
    asset.history.append(Happened(call.library.clock.now, "GET"))
    return call.library.view.full(asset, call.library.tags_of(asset))


def _update(call: Call) -> Any:
    asset = call.asset("asset.update")
    unknown = set(call.body) - {"description", "isFavorite", "visibility"}
    assert not unknown, f"this server cannot set {sorted(unknown)}"
    asset.favourite = call.body.get("isFavorite", asset.favourite)
    asset.visibility = call.body.get("visibility", asset.visibility)
    if set(call.body) - {"description"}:  # that stands elsewhere: the chain raises the time
        asset.updated = call.library.clock.now
    if "description" in call.body:
        asset.description = call.body["description"]
        call.jobs.described(asset, asset.description)
    return call.library.view.full(asset, call.library.tags_of(asset))


def _delete(call: Call) -> Any:
    chosen = [call.library.owned(number, call.by) for number in call.body["ids"]]
    for asset in chosen:
        if asset is None:
            raise missing("asset.delete")
        if call.body.get("force"):
            del call.library.assets[asset.id]
        else:
            asset.trashed = call.library.clock.now
    return ""


def _jobs(call: Call) -> Any:
    for number in call.body["assetIds"]:
        asset = call.library.owned(number, call.by)
        if asset is None:
            raise missing("asset.update")
        if call.body["name"] == "refresh-metadata":
            call.jobs.refresh(asset)
    return ""


def _search(call: Call) -> Any:
    if call.body.get("visibility") == "locked":
        raise RefusedError(401, "Elevated permission is required")
    return search(call.library, call.by, call.body)


def _thumbnail(call: Call) -> Any:
    """Give the picture, whatever size is asked for; corrupt files never have one."""
    asset = call.asset("asset.view")
    if asset.thumbhash is None:
        raise RefusedError(404, "Asset media not found")
    return preview(asset, call.preview, edited=call.query.get("edited") == "true")


def _notes(call: Call) -> Any:
    stamp = call.library.clock.stamp
    notes = call.asset("asset.read").notes
    return [
        {"key": key, "value": value, "updatedAt": stamp(at)} for key, (value, at) in notes.items()
    ]


def _note(call: Call) -> Any:
    asset = call.asset("asset.update")
    now = call.library.clock.now
    written = {item["key"]: (item["value"], now) for item in call.body["items"]}
    asset.notes |= written
    return [one for one in _notes(call) if one["key"] in written]


def _note_many(call: Call) -> Any:
    """Write all or nothing: one asset that is not one's own is refused with all others."""
    items = call.body["items"]
    for item in items:
        if call.library.owned(item["assetId"], call.by) is None:
            raise missing("asset.update")
    now = call.library.clock.now
    for item in items:
        call.library.assets[item["assetId"]].notes[item["key"]] = (item["value"], now)
    return [item | {"updatedAt": call.library.clock.stamp(now)} for item in items]


def _people(call: Call) -> Any:
    """List who is on photos of one's own; the hidden are not told apart."""
    mine = (one for one in call.library.assets.values() if one.owner == call.by.id)
    everybody = list({person.id: person for one in mine for person in one.people}.values())
    size, page = int(call.query.get("size", 500)), int(call.query.get("page", 1))
    shown = [call.library.view.person(one) for one in everybody[(page - 1) * size : page * size]]
    more = len(everybody) > page * size
    return {"people": shown, "total": len(everybody), "hidden": 0, "hasNextPage": more}


HANDLERS: dict[tuple[str, str], Handler] = {
    ("delete", "/assets"): _delete,
    ("post", "/assets/jobs"): _jobs,
    ("get", "/assets/{id}"): _get,
    ("put", "/assets/{id}"): _update,
    ("get", "/assets/{id}/thumbnail"): _thumbnail,
    ("get", "/assets/{id}/metadata"): _notes,
    ("put", "/assets/{id}/metadata"): _note,
    ("put", "/assets/metadata"): _note_many,
    ("post", "/search/metadata"): _search,
    ("post", "/search/statistics"): lambda call: count(call.library, call.by, call.body),
    ("get", "/people"): _people,
}
