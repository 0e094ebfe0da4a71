"""Cuts Google's published description of Cloud Vision down to what is called.

Run as ``python cut_description.py vision.v1.json google-vision.json`` with the discovery document
that comes with the package google-api-python-client. Its schemas are of an old draft: references
are written as today's, "any" is no type, and properties that are not described are not allowed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

CALL = ("images", "annotate")
_DROPPED = {"description", "enumDescriptions", "id", "enumDeprecated", "deprecated", "format"}


def cut(full: dict[str, Any]) -> dict[str, Any]:
    """Return the call, and the schemas that it refers to."""
    method = full["resources"][CALL[0]]["methods"][CALL[1]]
    waiting = [method["request"]["$ref"], method["response"]["$ref"]]
    schemas: dict[str, Any] = {}
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = modern(full["schemas"][name], waiting)
    return {
        "source": f"{full['id']}, revision {full['revision']}",
        "method": {key: method[key] for key in ("httpMethod", "path", "request", "response")},
        "schemas": dict(sorted(schemas.items())),
    }


def modern(node: Any, named: list[str]) -> Any:
    """Return a schema as JSON Schema 2020-12 has it; names that it refers to are noted."""
    if isinstance(node, list):
        return [modern(one, named) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        named.append(node["$ref"])
        return {"$ref": f"#/schemas/{node['$ref']}"}
    made = {
        key: {name: modern(one, named) for name, one in value.items()}
        if key == "properties"
        else modern(value, named)
        for key, value in node.items()
        if key not in _DROPPED
    }
    if made.get("type") == "any":
        del made["type"]
    if "properties" in made:
        made.setdefault("additionalProperties", False)
    return made


def main(source: str, target: str) -> None:
    """Read one description and write the other."""
    made = cut(json.loads(Path(source).read_text(encoding="utf-8")))
    Path(target).write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
