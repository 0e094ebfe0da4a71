"""An Immich on loopback: behaves as real servers were seen to, by their published descriptions."""

from __future__ import annotations

import json
import ssl
import threading
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

HERE = Path(__file__).parent
KEY = "test-key-0123456789abcdefghijklmnopqrstuvwxyz"
VERSIONS = ("2.7.5", "3.1.0")
PAGE = "<!doctype html><html><head><title>Immich</title></head><body></body></html>"
_AT = "2026-11-23T12:18:11.033Z"


@dataclass(frozen=True)
class Response:
    """What is sent instead of Immich's answer."""

    status: int = 200
    body: Any = ""  # JSON-able, or text as it is
    headers: tuple[tuple[str, str], ...] = ()
    hangs: bool = False  # until the test is over
    cut: bool = False  # the connection breaks in the middle of the body
    drips: bool = False  # a byte now and then, for ever


class ImmichServer:
    """One account of one server."""

    def __init__(self, version: str, *, prefix: str = "", tls: bool = False) -> None:
        """``prefix`` is the path under which a proxy shows it."""
        self.version = version
        self.prefix = prefix
        self.description = json.loads((HERE / f"openapi-{version}.json").read_text())
        self.permissions = {"tag.read"}
        self.tags: dict[str, str] = {}  # value to number
        self.instead: dict[str, Response] = {}  # by path
        self.received: list[str] = []
        self.faults: list[str] = []
        self.over = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(HERE / "self-signed.pem")
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._server.server_address[1]}{prefix}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Let hanging requests go and stop."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

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

    def answer(self, path: str, headers: dict[str, str]) -> Response:
        """Answer a request as the server does; note what is not in order."""
        self.received.append(path)
        if path in self.instead:
            return self.instead[path]
        if not path.startswith(f"{self.prefix}/api/"):
            return Response(200, PAGE)
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
        return Response(status, body)

    def _checked(self, call: dict[str, Any], body: Any) -> Response:
        schema = call["responses"]["200"]["content"]["application/json"]["schema"]
        components = _without_nullable(self.description["components"])
        Draft4Validator({**schema, "components": components}).validate(body)
        return Response(200, body)

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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: ImmichServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent when a client hangs up: some tests are about that."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        owner = self.server.owner
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            response = owner.answer(self.path, headers)
        except Exception as exc:  # noqa: BLE001 - told to the test, whatever it is
            owner.faults.append(f"{type(exc).__name__}: {exc}"[:2_000])
            response = Response(500)
        if response.hangs:
            owner.over.wait(30)
            self.close_connection = True
        elif response.drips:
            self._drip(owner.over)
        else:
            self._send(response)

    def _drip(self, over: threading.Event) -> None:
        self.close_connection = True
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
        while not over.wait(0.02):
            self.wfile.write(b" ")

    def _send(self, response: Response) -> None:
        as_json = not isinstance(response.body, str)
        body = (json.dumps(response.body) if as_json else response.body).encode()
        self.send_response(response.status)
        kind = "application/json; charset=utf-8" if as_json else "text/html; charset=utf-8"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in response.headers:
            self.send_header(name, value)
        self.end_headers()
        if response.cut:
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
