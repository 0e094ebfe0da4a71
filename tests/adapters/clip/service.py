"""A machine-learning service of Immich on loopback, as its source says that it behaves."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .making import picture_vector, text_vector

MODEL = "ViT-B-32__openai"
OCR_MODEL = "PP-OCRv5_mobile"
SCALE = 7.5  # vectors are not of length 1


@dataclass(frozen=True)
class Response:
    """What is sent back."""

    body: Any = ""  # JSON-able, or text as it is
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # the connection breaks in the middle of the body
    hangs: bool = False  # until the test is over
    waits: threading.Event | None = None  # before it answers, as when a model is loaded


class MachineLearning:
    """Answers from the tiny model, unless ``plays`` says what to do instead."""

    def __init__(self) -> None:
        self.reads: list[str] | None = None  # lines of text in every picture; None: an old server
        self.dimensions = 3  # of pictures' vectors
        self.instead: Callable[[str], Response | None] = lambda _: None  # by task
        self.asked: Counter[str] = Counter()
        self.languages: list[object] = []
        self.pictures: list[bytes] = []
        self.most_at_once = 0
        self.over = threading.Event()
        self._at_once = 0
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

    def take(self, path: str, kind: str, body: bytes) -> Response:
        """Answer one request."""
        if path != "/predict":
            return Response({"detail": "Not Found"}, 404)
        if not kind.startswith("multipart/form-data"):
            return Response({"detail": [{"loc": ["body", "entries"], "type": "missing"}]}, 422)
        form = parse(kind, body)
        try:
            entries = json.loads(form["entries"])
            ((task, types),) = entries.items()
            names = {entry["modelName"] for entry in types.values()}
        except (KeyError, ValueError, AttributeError):
            return Response({"detail": "Invalid request format."}, 422)
        if "image" not in form and "text" not in form:
            return Response({"detail": "Either image or text must be provided"}, 400)
        step = "ocr" if task == "ocr" else next(iter(types))
        with self._lock:
            self.asked[step] += 1
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return self.instead(step) or self._answer(step, types, names, form)
        finally:
            with self._lock:
                self._at_once -= 1

    def _answer(
        self, step: str, types: dict[str, Any], names: set[str], form: dict[str, bytes]
    ) -> Response:
        unknown = names - ({OCR_MODEL} if step == "ocr" else {MODEL, "nllb-clip-base-siglip__v1"})
        if unknown or (step == "ocr" and self.reads is None):
            return Response("Internal Server Error", 500)
        if step == "textual":
            self.languages.append(types["textual"].get("options", {}).get("language"))
            return Response({"clip": as_string(text_vector(form["text"].decode()))})
        self.pictures.append(form["image"])
        size = {"imageHeight": 48, "imageWidth": 64}
        if step == "visual":
            vector = picture_vector(form["image"])
            return Response({"clip": as_string((vector * 2)[: self.dimensions]), **size})
        assert set(types) == {"detection", "recognition"}
        lines = self.reads or []
        found = {"text": lines, "box": [[0.0] * 8 for _ in lines], "boxScore": [0.9 for _ in lines]}
        return Response({"ocr": {**found, "textScore": [0.95 for _ in lines]}, **size})


def as_string(vector: list[float]) -> str:
    """Return a vector as the service does: JSON inside JSON, not of length 1."""
    return json.dumps([SCALE * one for one in vector])


def parse(kind: str, body: bytes) -> dict[str, bytes]:
    """Return the fields of a multipart form."""
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    found = {}
    for part in message.get_payload():
        assert not isinstance(part, str)
        name = part.get_param("name", header="content-disposition")
        found[str(name)] = part.get_payload(decode=True)
    return found  # type: ignore[return-value]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    owner: MachineLearning

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent when a client hangs up: some tests are about that."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        owner = self.server.owner
        response = owner.take(self.path, self.headers["Content-Type"], body)
        if response.waits is not None:
            response.waits.wait(30)
        if response.hangs:
            owner.over.wait(30)
            self.close_connection = True
            return
        as_json = not isinstance(response.body, str)
        content = (json.dumps(response.body) if as_json else response.body).encode()
        kind = "application/json" if as_json else "text/plain; charset=utf-8"
        head = f"HTTP/1.1 {response.status} Status\r\nContent-Length: {len(content)}\r\n"
        for name, value in {"Content-Type": kind, **response.headers}.items():
            head += f"{name}: {value}\r\n"
        if response.cut:
            content = content[: len(content) // 2]
            self.close_connection = True
        self.wfile.write(head.encode() + b"\r\n" + content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
