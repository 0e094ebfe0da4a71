"""A label service on loopback that answers as it is told, and checks what it is sent."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

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

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """Parameters behind the question mark, each once."""
        pairs = parse_qs(urlsplit(self.target).query, strict_parsing=True, keep_blank_values=True)
        assert all(len(values) == 1 for values in pairs.values())
        return {name: values[0] for name, values in pairs.items()}

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


Behaviour = Response | Callable[[Received], Response]


class LabelServer:
    """Serves scripted responses in turn; the last one is repeated."""

    def __init__(self, check: Callable[[Received], bytes | None]) -> None:
        """``check`` raises if a request is not as the service's description has it."""
        self.script: list[Behaviour] = []
        self.received: list[Received] = []
        self.pictures: list[bytes] = []
        self.faults: list[str] = []
        self.over = threading.Event()
        self._check = check
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

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
        picture = None
        try:
            picture = self._check(received)
            if picture is not None:
                check_picture(picture)
        except Exception as exc:  # noqa: BLE001 - told to the test, whatever it is
            self.faults.append(f"{type(exc).__name__}: {exc}"[:2_000])
        with self._lock:
            self.received.append(received)
            self.pictures += [picture] if picture is not None else []
            behaviour = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return behaviour if isinstance(behaviour, Response) else behaviour(received)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    owner: LabelServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent when a client hangs up: some tests are about that."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        owner = self.server.owner
        response = owner.take(Received(self.command, self.path, headers, raw))
        if response.hangs:
            owner.over.wait(30)
            self.close_connection = True
        elif response.drips:
            self._drip(owner.over)
        else:
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
        page = body.startswith(b"<")
        kind = "text/html; charset=utf-8" if page else "application/json"
        for name, value in {"Content-Type": kind, **response.headers}.items():
            head += f"{name}: {value}\r\n"
        if response.cut:
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(head.encode() + b"\r\n" + body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def check_picture(data: bytes) -> None:
    """Raise unless the picture is a decodable JPEG of reasonable size without metadata."""
    assert len(data) <= MAX_PICTURE
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        image.load()
        assert not image.getexif()
        assert not {"exif", "xmp", "photoshop", "comment"} & set(image.info)
