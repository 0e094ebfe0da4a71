"""A service on loopback that answers as the vision services do, and checks what it is sent."""

from __future__ import annotations

import base64
import io
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from PIL import Image

from . import anthropic_service, bedrock_service, gemini_service

DESCRIPTION = json.loads(Path(__file__).with_name("openai-chat.json").read_text())
REQUEST = Draft202012Validator(
    {"$ref": "#/components/schemas/CreateChatCompletionRequest", **DESCRIPTION}
)
KEY = "sk-test-0123456789"
MAX_PICTURE = 300_000  # bytes


@dataclass(frozen=True)
class Response:
    """What the service does with one request."""

    body: Any = ""  # JSON-able, or text as it is
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # the connection breaks in the middle of the body
    hangs: bool = False  # until the test is over
    drips: bool = False  # white space without end, as some gateways do to keep a line open


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    raw: bytes = b""
    method: str = "POST"

    @property
    def picture(self) -> bytes:
        """The bytes of the picture in it."""
        if "generationConfig" in self.body:
            return gemini_service.picture(self.body)
        if "inferenceConfig" in self.body:
            return bedrock_service.picture(self.body)
        return base64.b64decode(_picture(self.body), validate=True)

    @property
    def instructions(self) -> str:
        """The system prompt."""
        if "system" in self.body:
            system = self.body["system"]
            return system if isinstance(system, str) else "".join(p["text"] for p in system)
        return str(self.body["messages"][0]["content"])

    @property
    def request(self) -> str:
        """The text beside the picture."""
        content = self.body["messages"][-1]["content"]
        if isinstance(content, str):
            return content
        return "".join(part["text"] for part in content if part["type"] == "text")

    @property
    def matches(self) -> bool:
        """Whether it is the second question, about labels instead of a picture."""
        return "<labels>" in self.request

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of the answer asked for."""
        return dict(self.body["response_format"]["json_schema"]["schema"])

    @property
    def mode(self) -> str:
        """How structured output was asked for."""
        if "response_format" in self.body:
            return str(self.body["response_format"]["type"])
        return "tool" if "tools" in self.body else "text"


Behaviour = Response | Callable[[Received], Response]


class ModelServer:
    """Serves scripted responses in turn; the last one is repeated."""

    def __init__(self) -> None:
        self.script: list[Behaviour] = []
        self.probed: Response | None = None  # the answer to probes; None: they are in the script
        self.received: list[Received] = []
        self.faults: list[str] = []
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Let hanging requests go and stop."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def plays(self, *script: Behaviour) -> None:
        """Set what happens from now on."""
        self.script = list(script)

    def take(self, received: Received) -> Response:
        """Check a request and say what to do with it."""
        try:
            check(received)
        except Exception as exc:  # noqa: BLE001 - told to the test, whatever it is
            self.faults.append(f"{type(exc).__name__}: {exc}"[:2_000])
        with self._lock:
            self.received.append(received)
            if received.method == "GET" and self.probed is not None:
                return self.probed
            behaviour = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return behaviour if isinstance(behaviour, Response) else behaviour(received)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    owner: ModelServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent when a client hangs up: some tests are about that."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, raw: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        owner = self.server.owner
        body = json.loads(raw) if raw else {}
        response = owner.take(Received(self.path, headers, body, raw, self.command))
        if response.hangs:
            owner.over.wait(30)
            self.close_connection = True
            return
        if response.drips:
            self._drip(owner.over)
            return
        self._send(response)

    def _drip(self, over: threading.Event) -> None:
        self.close_connection = True
        kind = "Content-Type: application/json"
        self.wfile.write(f"HTTP/1.1 200 OK\r\n{kind}\r\nConnection: close\r\n\r\n".encode())
        while not over.wait(0.05):
            self.wfile.write(b" ")

    def _send(self, response: Response) -> None:
        as_json = not isinstance(response.body, str)
        body = (json.dumps(response.body) if as_json else response.body).encode()
        head = f"HTTP/1.1 {response.status} Status\r\nContent-Length: {len(body)}\r\n"
        kind = "application/json" if as_json else "text/html; charset=utf-8"
        for name, value in {"Content-Type": kind, **response.headers}.items():
            head += f"{name}: {value}\r\n"
        if response.cut:
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(head.encode() + b"\r\n" + body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def check(received: Received) -> None:
    """Raise unless a request is as the service's published description has it."""
    if received.method == "GET":
        return
    if received.path.startswith("/v1beta/"):
        gemini_service.check(received.path, received.headers, received.body, KEY)
        check_picture(received.picture)
        return
    if received.path.startswith("/model/"):
        bedrock_service.check(received.path, received.headers, received.raw, KEY)
        check_picture(received.picture)
        return
    if received.path.endswith("/messages"):
        anthropic_service.check(received.body)
    else:
        assert received.path == "/v1/chat/completions"
        REQUEST.validate(received.body)
        check_schema(received)
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.headers["content-type"] == "application/json"
    assert received.body["model"]
    assert received.body.get("stream", False) is False
    if received.matches:
        assert "image" not in json.dumps(received.body)
    else:
        check_picture(received.picture)


def check_schema(received: Received) -> None:
    """Raise unless the schema asked for is within what OpenAI documents for strict ones."""
    if received.mode != "json_schema":
        return
    Draft202012Validator.check_schema(received.schema)
    objects = [node for node in nodes(received.schema) if node["type"] == "object"]
    for node in nodes(received.schema):
        allowed = {"type", "properties", "required", "additionalProperties", "items", "enum"}
        bounds = {"minimum", "maximum"} if node["type"] == "integer" else set()
        assert set(node) <= allowed | bounds, node
    for node in objects:
        assert node["additionalProperties"] is False
        assert sorted(node["required"]) == sorted(node["properties"])
    names = [name for node in objects for name in node["properties"]]
    values = [value for node in nodes(received.schema) for value in node.get("enum", [])]
    assert len(names) <= 5_000
    assert len(values) <= 1_000
    assert sum(len(str(text)) for text in (*names, *values)) <= 120_000


def nodes(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema and all that it consists of."""
    inner = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    return [schema, *(node for one in inner for node in nodes(one))]


def check_picture(data: bytes) -> None:
    """Raise unless the picture is a decodable JPEG of reasonable size without metadata."""
    assert len(data) <= MAX_PICTURE
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        image.load()
        assert not image.getexif()
        assert not {"exif", "xmp", "photoshop", "comment"} & set(image.info)


def _picture(body: dict[str, Any]) -> str:
    for part in body["messages"][-1]["content"]:
        if part["type"] == "image_url":
            head, _, data = str(part["image_url"]["url"]).partition(",")
            assert head == "data:image/jpeg;base64"
            return data
        if part["type"] == "image":
            assert part["source"]["media_type"] == "image/jpeg"
            return str(part["source"]["data"])
    raise AssertionError("no picture")
