"""Workflows of 3.x, and the methods of plugins that they are made of."""

from __future__ import annotations

from typing import Any

from tests.adapters.immich.server.calls.call import Call, Handler, missing
from tests.adapters.immich.server.webhooks import METHOD

_TRIGGERS = ("AssetCreate", "AssetMetadataExtraction")
_METHOD = {
    "key": METHOD,
    "name": "webhook",
    "title": "Webhook",
    "description": "Send the asset to an address",
    "types": ["AssetV1"],
    "hostFunctions": True,
    "uiHints": [],
}


def _triggers(_: Call) -> Any:
    return [{"trigger": trigger, "types": ["AssetV1"]} for trigger in _TRIGGERS]


def _list(call: Call) -> Any:
    return [_shown(one) for one in _own(call).values()]


def _create(call: Call) -> Any:
    now = call.library.clock.stamp()
    made = {"name": None, "description": None, "enabled": True, "steps": []} | call.body
    number = call.library.clock.uuid()
    made |= {"id": number, "ownerId": call.by.id, "createdAt": now, "updatedAt": now}
    call.library.workflows[number] = made
    return _shown(made)


def _update(call: Call) -> Any:
    workflow = _workflow(call, "workflow.update")
    workflow |= call.body | {"updatedAt": call.library.clock.stamp()}
    return _shown(workflow)


def _delete(call: Call) -> Any:
    _workflow(call, "workflow.delete")
    del call.library.workflows[call.names["id"]]
    return ""


def _workflow(call: Call, permission: str) -> dict[str, Any]:
    workflow = _own(call).get(call.names["id"])
    if workflow is None:
        raise missing(permission)
    return workflow


def _own(call: Call) -> dict[str, dict[str, Any]]:
    every = call.library.workflows.items()
    return {number: one for number, one in every if one["ownerId"] == call.by.id}


def _shown(workflow: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in workflow.items() if key != "ownerId"}


HANDLERS: dict[tuple[str, str], Handler] = {
    ("get", "/workflows"): _list,
    ("post", "/workflows"): _create,
    ("get", "/workflows/triggers"): _triggers,
    ("get", "/workflows/{id}"): lambda call: _shown(_workflow(call, "workflow.read")),
    ("put", "/workflows/{id}"): _update,
    ("delete", "/workflows/{id}"): _delete,
    ("get", "/plugins/methods"): lambda _: [_METHOD],
}
