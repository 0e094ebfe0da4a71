"""The published description of a version: which calls there are, and what they take and give."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator, FormatChecker, ValidationError

HERE = Path(__file__).parent.parent
_LONG = 40  # of a list in an answer, this many are checked
_LONG_REQUEST = 1_000
_BARE = ("integer", "number", "boolean")


@dataclass(frozen=True)
class Operation:
    """One call of the API."""

    method: str
    path: str  # with {names} for what differs
    about: dict[str, Any]

    @property
    def needs_key(self) -> bool:
        """Whether it is for those with a key only."""
        return {"api_key": []} in self.about.get("security", ())

    @property
    def permission(self) -> str:
        """What the key must be allowed; "": nothing particular."""
        return str(self.about.get("x-immich-permission", ""))


class Description:
    """All calls of one version."""

    def __init__(self, version: str) -> None:
        """Read the file that belongs to a version."""
        full = json.loads((HERE / f"openapi-{version}.json").read_text(encoding="utf-8"))
        self._components = _without_nullable(full["components"])
        self._operations = [
            (_pattern(path), Operation(method, path, about))
            for path, methods in sorted(full["paths"].items(), key=lambda one: "{" in one[0])
            for method, about in methods.items()
        ]

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the call, and what stands in the place of its names."""
        for pattern, operation in self._operations:
            if operation.method == method.lower() and (match := pattern.fullmatch(path)):
                return operation, match.groupdict()
        return None

    def wrong_path(self, operation: Operation, names: dict[str, str]) -> str | None:
        """Return what is wrong with the names in a path."""
        for parameter in self._parameters(operation, "path"):
            if self._errors(parameter["schema"], names[parameter["name"]]):
                return f"{parameter['name']} must be a UUID"
        return None

    def check_query(self, operation: Operation, query: dict[str, str]) -> None:
        """Raise unless each parameter is known and of its form."""
        known = {one["name"]: one["schema"] for one in self._parameters(operation, "query")}
        for name, value in query.items():
            schema = _without_nullable(known[name])
            self._raise_first(schema, json.loads(value) if schema.get("type") in _BARE else value)

    def check_request(self, operation: Operation, body: Any) -> None:
        """Raise unless a body is as described, without a field that is not."""
        content = operation.about.get("requestBody", {}).get("content")
        if content is None:
            assert body is None, f"{operation.path} takes no body"
            return
        schema = content["application/json"]["schema"]
        self._raise_first(schema, _shortened(body, _LONG_REQUEST))
        unknown = set(body) - set(self._properties(schema))
        assert not unknown, f"{operation.path} does not know {sorted(unknown)}"

    def check_response(self, operation: Operation, status: int, body: Any) -> None:
        """Raise unless an answer is as described; of a long list, a part."""
        content = operation.about["responses"][str(status)].get("content")
        if content is None:
            assert body == "", f"{operation.path} gives no body"
        elif "application/json" in content:
            self._raise_first(content["application/json"]["schema"], _shortened(body, _LONG))
        else:
            assert isinstance(body, bytes)

    def _parameters(self, operation: Operation, place: str) -> list[dict[str, Any]]:
        return [one for one in operation.about.get("parameters", ()) if one["in"] == place]

    def _properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        name = schema["$ref"].rpartition("/")[2]
        properties: dict[str, Any] = self._components["schemas"][name]["properties"]
        return properties

    def _errors(self, schema: dict[str, Any], value: Any) -> list[ValidationError]:
        whole = {**schema, "components": self._components}
        checker = Draft4Validator(whole, format_checker=FormatChecker(["uuid", "email"]))
        return list(checker.iter_errors(value))

    def _raise_first(self, schema: dict[str, Any], value: Any) -> None:
        for error in self._errors(schema, value):
            raise ValidationError(f"{error.json_path}: {error.message}")


@cache
def description(version: str) -> Description:
    """Return the description of a version, read once."""
    return Description(version)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _shortened(node: Any, length: int) -> Any:
    """Return evenly spread parts of long lists: to check all takes minutes."""
    if isinstance(node, list):
        return [_shortened(one, length) for one in node[:: max(1, len(node) // length)]]
    if isinstance(node, dict):
        return {key: _shortened(value, length) for key, value in node.items()}
    return node


def _without_nullable(node: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as one of JSON Schema."""
    if isinstance(node, list):
        return [_without_nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _without_nullable(value) for key, value in node.items() if key != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if node.get("nullable") is True else made
