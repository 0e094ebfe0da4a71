"""Tags, and which assets have them."""

from __future__ import annotations

from typing import Any

from tests.adapters.immich.server.calls.call import Call, Handler, RefusedError, missing
from tests.adapters.immich.server.tags import Tag

_TOO_MANY = 300_000  # identifiers in one call
_NUL = "\0"


def _list(call: Call) -> Any:
    return [tag.shown(call.library.clock) for tag in call.by.tags.all()]


def _upsert(call: Call) -> Any:
    if any(_NUL in value for value in call.body["tags"]):
        raise RefusedError(500, "Internal server error")
    leaves = call.by.tags.upsert(call.body["tags"])
    return [tag.shown(call.library.clock) for tag in leaves]


def _create(call: Call) -> Any:
    """Take the name literally: a slash in it makes no parent."""
    name, parent = call.body["name"], call.body.get("parentId")
    if not name and call.old:
        raise RefusedError(400, ["name should not be empty"])
    if parent is not None and parent not in call.by.tags:
        raise missing("tag.read")
    value = f"{call.by.tags[parent].value}/{name}" if parent else name
    if call.by.tags.find(value) is not None:
        raise RefusedError(400, "A tag with that name already exists")
    return call.by.tags.add(value, name, parent, call.body.get("color")).shown(call.library.clock)


def _tag(call: Call, permission: str) -> Tag:
    if call.names["id"] not in call.by.tags:
        raise missing(permission)
    return call.by.tags[call.names["id"]]


def _recolour(call: Call) -> Any:
    tag = _tag(call, "tag.update")
    tag.color = call.body.get("color", tag.color)
    return tag.shown(call.library.clock)


def _delete(call: Call) -> Any:
    call.library.forget(_tag(call, "tag.delete").id, call.by)
    return ""


def _bulk(call: Call) -> Any:
    """Tag many at once: one chain for each asset; what is not known is passed over."""
    if len(call.body["assetIds"]) + len(call.body["tagIds"]) >= _TOO_MANY:
        raise RefusedError(500, "Internal server error")
    known = {number for number in call.body["tagIds"] if number in call.by.tags}
    count = 0
    for number in dict.fromkeys(call.body["assetIds"]):
        asset = call.library.owned(number, call.by)
        added = known - asset.tags if asset is not None else set()
        if asset is not None and added:
            call.library.retag(asset, asset.tags | added, "PUT")
            count += len(added)
            call.jobs.tagged(asset)
    return {"count": count}


def _add(call: Call) -> Any:
    return _each(call, _tag(call, "tag.asset"), gone=False)


def _remove(call: Call) -> Any:
    return _each(call, _tag(call, "tag.asset"), gone=True)


def _each(call: Call, tag: Tag, *, gone: bool) -> list[dict[str, Any]]:
    """Give a tag to assets one by one, or take it away, with what came of each."""
    results: list[dict[str, Any]] = []
    for number in call.body["ids"]:
        asset = call.library.owned(number, call.by)
        if asset is None:
            results.append({"id": number, "success": False, "error": "no_permission"})
        elif (tag.id in asset.tags) is not gone:
            error = "not_found" if gone else "duplicate"
            results.append({"id": number, "success": False, "error": error})
        else:
            call.library.retag(asset, asset.tags ^ {tag.id}, "PUT or DELETE of one")
            call.jobs.tagged(asset)
            results.append({"id": number, "success": True})
    return results


HANDLERS: dict[tuple[str, str], Handler] = {
    ("get", "/tags"): _list,
    ("post", "/tags"): _create,
    ("put", "/tags"): _upsert,
    ("get", "/tags/{id}"): lambda call: _tag(call, "tag.read").shown(call.library.clock),
    ("put", "/tags/{id}"): _recolour,
    ("delete", "/tags/{id}"): _delete,
    ("put", "/tags/assets"): _bulk,
    ("put", "/tags/{id}/assets"): _add,
    ("delete", "/tags/{id}/assets"): _remove,
}
