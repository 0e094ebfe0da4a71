"""Cuts Immich's published API description down to what is called.

Run as ``python cut_descriptions.py FULL.json openapi-VERSION.json`` when the client learns a call,
with the ``open-api/immich-openapi-specs.json`` of each release.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

CALLS = (("get", "/server/version"), ("get", "/tags"))
_KEPT = ("openapi", "info", "servers")


def cut(full: dict[str, Any]) -> dict[str, Any]:
    """Return the calls, and the schemas that they refer to."""
    paths: dict[str, Any] = {}
    for method, path in CALLS:
        paths.setdefault(path, {})[method] = full["paths"][path][method]
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
    return kept | {
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": security},
    }


def main(source: str, target: str) -> None:
    """Read one description and write the other."""
    made = cut(json.loads(Path(source).read_text(encoding="utf-8")))
    Path(target).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
