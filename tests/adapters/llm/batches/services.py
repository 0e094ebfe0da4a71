"""Services of batches on loopback that check what they are sent, and keep count of the bill."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.adapters.llm.replies import answer, chat
from tests.adapters.llm.server import KEY, Response

MILLION = Decimal(1_000_000)
# US dollars for a million tokens in and out, at once.
PRICES = {
    "gpt-4o-mini": (Decimal("0.15"), Decimal("0.60")),
    "claude-haiku-4-5": (Decimal(1), Decimal(5)),
}


@dataclass
class Outcome:
    """What comes of one request: a response, or nothing for a reason."""

    response: Response | None = None
    ended: str = ""  # expired, cancelled


Answering = Callable[[str, dict[str, Any]], Outcome]


@dataclass
class Held:
    """One batch."""

    id: str
    requests: dict[str, dict[str, Any]]  # bodies by identifier
    label: str = ""
    file: str = ""
    status: str = "in_progress"
    errors: list[dict[str, Any]] = field(default_factory=list)
    created_at: int = field(default_factory=lambda: int(time.time()))
    results: dict[str, Outcome] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


class BatchService:
    """What both have in common: batches that are through when they are looked at."""

    model = "gpt-4o-mini"

    def __init__(self) -> None:
        self.batches: dict[str, Held] = {}
        self.files: dict[str, bytes] = {}
        self.faults: list[str] = []
        self.calls: list[str] = []
        self.troubles: dict[str, list[Response]] = {}  # by "METHOD /path" with {} for identifiers
        self.after: dict[str, Callable[[], None]] = {}  # called once, before the response goes out
        self.finishes = True  # whether a batch is through at the first look at it
        self.ends_as = "completed"
        self.extra_lines: list[str] = []  # put between the results
        self.billed = Decimal(0)
        self.answering: Answering = lambda _custom, _body: Outcome(self.says(answer()))
        self.over = threading.Event()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def asked(self) -> list[str]:
        """Identifiers of all requests that were accepted, each time."""
        return [custom for batch in self.batches.values() for custom in batch.requests]

    def says(self, content: Any, **more: Any) -> Response:
        """Return a reply of the model."""
        return chat(content, **more)

    def stop(self) -> None:
        """Stop serving."""
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def serve(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        """Answer one request."""
        bare = path.partition("?")[0]
        name = f"{method} {re.sub(r'(?<=/)(file|batch|msgbatch)[-_][^/]+', '{}', bare)}"
        try:
            with self._lock:
                self.calls.append(name)
                assert headers["authorization"] == f"Bearer {KEY}"
                if waiting := self.troubles.get(name):
                    return waiting.pop(0)
                response = self.answer(name, path, headers, body)
                if after := self.after.pop(name, None):
                    after()
                return response
        except Exception as exc:  # noqa: BLE001 - told to the test, whatever it is
            self.faults.append(f"{name}: {type(exc).__name__}: {exc}"[:2_000])
            return Response({"error": {"message": "fault in the test"}}, 500)

    def answer(self, name: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        """Answer one request as the service does."""
        raise NotImplementedError

    def run(self, batch: Held) -> None:
        """Bring a batch to its end."""
        if batch.status not in ("in_progress", "canceling"):
            return
        batch.status = self.ends_as if batch.status == "in_progress" else "cancelled"
        if batch.status == "failed":
            return
        for custom, body in batch.requests.items():
            outcome = self.answering(custom, body)
            batch.results[custom] = outcome
            if outcome.response is not None and outcome.response.status == 200:
                self.bill(outcome.response.body)

    def bill(self, reply: Any) -> None:
        """Put half of the price on the bill."""
        usage = reply.get("usage", {}) if isinstance(reply, dict) else {}
        into = usage.get("prompt_tokens", usage.get("input_tokens", 0))
        out = usage.get("completion_tokens", usage.get("output_tokens", 0))
        prices = PRICES[self.model]
        self.billed += (into * prices[0] + out * prices[1]) / MILLION / 2


def picture_of(body: dict[str, Any]) -> bytes:
    """Return the picture in a request."""
    text = json.dumps(body)
    found = re.search(r'(?:base64,|"data": ")([A-Za-z0-9+/=]{100,})', text)
    assert found is not None
    return base64.b64decode(found[1])


@contextmanager
def running(kind: type[BatchService]) -> Iterator[BatchService]:
    """Serve; at the end, every request that it got must have been in order."""
    service = kind()
    try:
        yield service
    finally:
        service.stop()
    assert service.faults == []


def missing() -> Response:
    """Return what is said of what is not there."""
    told = {"message": "No such object.", "type": "invalid_request_error", "param": None}
    return Response({"error": {**told, "code": None}}, 404)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: BatchService

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent when a client hangs up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.server.owner.serve(self.command, self.path, headers, body)
        as_json = not isinstance(response.body, str)
        sent = (json.dumps(response.body) if as_json else response.body).encode()
        head = f"HTTP/1.1 {response.status} Status\r\nContent-Length: {len(sent)}\r\n"
        kind = "application/json" if as_json else "application/binary"
        for name, value in {"Content-Type": kind, **response.headers}.items():
            head += f"{name}: {value}\r\n"
        if response.cut:
            sent = sent[: len(sent) // 2]
            self.close_connection = True
        self.wfile.write(head.encode() + b"\r\n" + sent)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
