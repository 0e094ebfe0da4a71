"""HTTP on loopback, for services that stand in for those outside."""

from __future__ import annotations

import io
import json
import socket
import ssl
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

MAX_PICTURE = 300_000  # bytes
_LONGEST = 30.0  # s that a request hangs, should a test not end


@dataclass(frozen=True)
class Response:
    """What a service does with one request."""

    body: Any = ""  # JSON-able, or text or bytes as they are
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # the connection breaks in the middle of the body
    hangs: bool = False  # until the test is over
    drips: bool = False  # white space without end, as some gateways do to keep a line open
    waits: threading.Event | None = None  # before it answers, as when a model is loaded


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]  # by their names in lower case
    body: bytes = b""

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


class Loopback(ABC):
    """A server that runs from :meth:`start` to :meth:`stop`; what it answers is up to others."""

    def __init__(self) -> None:
        self.faults: list[str] = []  # what was not in order; tests see to it that there is nothing
        self.over = threading.Event()
        self.lock = threading.Lock()
        self._listen(0)
        self._scheme = "http"

    @abstractmethod
    def answer(self, received: Received) -> Response:
        """Say what to do with a request; called in a thread for each connection."""

    def takes_over(self, received: Received, connection: socket.socket) -> bool:
        """Speak something else than HTTP on a connection until it ends; False: it is HTTP."""
        return False

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._scheme = "https"
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Let hanging requests go and stop."""
        self.over.set()
        self.down()

    def down(self) -> None:
        """Stop listening and drop all connections, as a server that is restarted."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server.drop()

    def up(self) -> None:
        """Listen again where it did before :meth:`down`; without TLS."""
        self._listen(self._server.server_address[1])
        self.start()

    def _listen(self, port: int) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def fault(self, error: Exception) -> None:
        """Take note of a request that is not as it should be."""
        self.faults.append(f"{type(error).__name__}: {error}"[:2_000])


def check_picture(data: bytes) -> None:
    """Raise unless a picture is a decodable JPEG of reasonable size without metadata."""
    assert len(data) <= MAX_PICTURE
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        image.load()
        assert not image.getexif()
        assert not {"exif", "xmp", "photoshop", "comment"} & set(image.info)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    owner: Loopback

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Remember each connection."""
        request, address = super().get_request()
        self._open.add(request)
        return request, address

    def close_request(self, request: Any) -> None:
        """Forget a connection."""
        self._open.discard(request)
        super().close_request(request)

    def drop(self) -> None:
        """Break all connections."""
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent when a client hangs up: some tests are about that."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        raw = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        owner = self.server.owner
        received = Received(self.command, self.path, headers, raw)
        if owner.takes_over(received, self.connection):
            self.close_connection = True
            return
        try:
            response = owner.answer(received)
        except Exception as exc:  # noqa: BLE001 - told to the test, whatever it is
            owner.fault(exc)
            response = Response(status=500)
        if response.waits is not None:
            response.waits.wait(_LONGEST)
        if response.hangs:
            owner.over.wait(_LONGEST)
            self.close_connection = True
        elif response.drips:
            self._drip(owner.over)
        else:
            self._send(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _serve  # noqa: N815 - the names of http.server

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # whoever sent it was killed
                raise ConnectionResetError
            return body
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _drip(self, over: threading.Event) -> None:
        self.close_connection = True
        kind = "Content-Type: application/json"
        self.wfile.write(f"HTTP/1.1 200 OK\r\n{kind}\r\nConnection: close\r\n\r\n".encode())
        while not over.wait(0.05):
            self.wfile.write(b" ")

    def _send(self, response: Response) -> None:
        body = response.body
        if not isinstance(body, bytes):
            body = (body if isinstance(body, str) else json.dumps(body)).encode()
        head = f"HTTP/1.1 {response.status} Status\r\nContent-Length: {len(body)}\r\n"
        kind = "text/html; charset=utf-8" if body.startswith(b"<") else "application/json"
        for name, value in {"Content-Type": kind, **response.headers}.items():
            head += f"{name}: {value}\r\n"
        if response.cut:
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(head.encode() + b"\r\n" + body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
