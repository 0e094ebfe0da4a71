"""Cuts Immich's published API description down to what is called.

Run as ``python cut_descriptions.py FULL.json openapi-VERSION.json`` when the client learns a call,
with the ``open-api/immich-openapi-specs.json`` of each release.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

CALLS = {
    "/server/version": "get",
    "/server/about": "get",
    "/server/features": "get",
    "/server/config": "get",
    "/users/me": "get",
    "/users/me/preferences": "get",
    "/api-keys/me": "get",
    "/tags": "get post put",
    "/tags/{id}": "get put delete",
    "/tags/assets": "put",
    "/tags/{id}/assets": "put delete",
    "/assets": "delete",
    "/assets/jobs": "post",
    "/assets/{id}": "get put",
    "/assets/{id}/thumbnail": "get",
    "/assets/{id}/metadata": "get put",
    "/assets/metadata": "put",
    "/search/metadata": "post",
    "/search/statistics": "post",
    "/timeline/buckets": "get",
    "/people": "get",
    "/albums": "get post",
    "/albums/{id}/assets": "put delete",
    "/workflows": "get post",
    "/workflows/triggers": "get",  # from 3.0
    "/workflows/{id}": "get put delete",
    "/plugins/methods": "get",  # from 3.0
}
_KEPT = ("openapi", "info", "servers")
_PROSE = ("description", "example", "x-immich-history", "x-immich-state")


def cut(full: dict[str, Any]) -> dict[str, Any]:
    """Return the calls, and the schemas that they refer to."""
    paths: dict[str, Any] = {}
    for path, methods in CALLS.items():
        known = full["paths"].get(path, {})
        kept_methods = {method: known[method] for method in methods.split() if method in known}
        paths |= {path: kept_methods} if kept_methods else {}
    schemas: dict[str, Any] = {}
    waiting = [paths]
    while waiting:
        node: Any = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in schemas:
                schemas[name] = full["components"]["schemas"][name]
                waiting.append(schemas[name])
            waiting += node.values()
    kept = {key: full[key] for key in _KEPT}
    security = full["components"]["securitySchemes"]
    components = {"schemas": dict(sorted(schemas.items())), "securitySchemes": security}
    made: dict[str, Any] = _without_prose({"paths": paths, "components": components})
    return kept | made


def _without_prose(node: Any) -> Any:
    """Leave out what is for people: it is most of the file."""
    if isinstance(node, list):
        return [_without_prose(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_prose(value)
        for key, value in node.items()
        if key not in _PROSE or not isinstance(value, str | list)
    }


def main(source: str, target: str) -> None:
    """Read one description and write the other."""
    made = cut(json.loads(Path(source).read_text(encoding="utf-8")))
    Path(target).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
