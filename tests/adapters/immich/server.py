"""An Immich on loopback: behaves as real servers were seen to, by their published descriptions."""

from __future__ import annotations

import json
import ssl
import uuid
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator
from tests.adapters.loopback import Loopback, Received, Response

HERE = Path(__file__).parent
KEY = "test-key-0123456789abcdefghijklmnopqrstuvwxyz"
VERSIONS = ("2.7.5", "3.1.0")
PAGE = "<!doctype html><html><head><title>Immich</title></head><body></body></html>"
_AT = "2026-11-23T12:18:11.033Z"


class ImmichServer(Loopback):
    """One account of one server."""

    def __init__(self, version: str, *, prefix: str = "", tls: bool = False) -> None:
        """``prefix`` is the path under which a proxy shows it."""
        super().__init__()
        self.version = version
        self.prefix = prefix
        self.description = json.loads((HERE / f"openapi-{version}.json").read_text())
        self.permissions = {"tag.read"}
        self.tags: dict[str, str] = {}  # value to number
        self.instead: dict[str, Response] = {}  # by path
        self.received: list[str] = []
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(HERE / "self-signed.pem")
            self.secure(context)

    @property
    def url(self) -> str:
        """Its address, as people write it."""
        return super().url + self.prefix

    def upsert(self, *values: str) -> None:
        """Make tags with their parents, as ``PUT /tags`` does."""
        for value in values:
            names = value.split("/")
            for depth in range(1, len(names) + 1):
                self.tags.setdefault("/".join(names[:depth]), str(uuid.uuid4()))

    def create(self, name: str) -> None:
        """Make a tag of that literal name without a parent, as ``POST /tags`` does."""
        self.tags[name] = str(uuid.uuid4())

    def delete(self, value: str) -> None:
        """Delete a tag."""
        del self.tags[value]

    def answer(self, received: Received) -> Response:
        """Answer a request as the server does; note what is not in order."""
        path, headers = received.target, received.headers
        self.received.append(path)
        if path in self.instead:
            return self.instead[path]
        if not path.startswith(f"{self.prefix}/api/"):
            return Response(PAGE)
        route = path.removeprefix(f"{self.prefix}/api")
        call = self.description["paths"].get(route, {}).get("get")
        if call is None:
            return self.error(404, f"Cannot GET /api{route}", "Not Found")
        if {"api_key": []} in call.get("security", ()):
            if headers.get("x-api-key") != KEY:
                return self.error(401, "Invalid API key", "Unauthorized")
            needed = call["x-immich-permission"]
            if needed not in self.permissions:
                return self.error(403, f"Missing required permission: {needed}", "Forbidden")
        return self._checked(call, {"/server/version": self._version, "/tags": self._tags}[route]())

    def error(self, status: int, message: Any, name: str) -> Response:
        """Return an error in the shape of the version."""
        body: dict[str, Any] = {"message": message}
        if self.version.startswith("2."):
            body |= {"error": name, "statusCode": status, "correlationId": "wb4jz1sa"}
        return Response(body, status)

    def _checked(self, call: dict[str, Any], body: Any) -> Response:
        schema = call["responses"]["200"]["content"]["application/json"]["schema"]
        components = _without_nullable(self.description["components"])
        Draft4Validator({**schema, "components": components}).validate(body)
        return Response(body)

    def _version(self) -> dict[str, int | None]:
        major, minor, patch = map(int, self.version.split("."))
        answer: dict[str, int | None] = {"major": major, "minor": minor, "patch": patch}
        return answer | ({"prerelease": None} if major >= 3 else {})

    def _tags(self) -> list[dict[str, str]]:
        return [self._tag(value, number) for value, number in sorted(self.tags.items())]

    def _tag(self, value: str, number: str) -> dict[str, str]:
        parent, _, name = value.rpartition("/")
        tag = {"id": number, "value": value, "createdAt": _AT, "updatedAt": _AT}
        if parent in self.tags:
            return tag | {"name": name, "parentId": self.tags[parent]}
        return tag | {"name": value}


def _without_nullable(node: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as one of JSON Schema."""
    if isinstance(node, list):
        return [_without_nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _without_nullable(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable"):
        made["type"] = [made["type"], "null"]
    return made
