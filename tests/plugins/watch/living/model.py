"""A vision model on loopback that can be slow and can be away, and counts what it is shown."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_TAGS = [{"label": "cat", "confidence": 0.95, "kind": "object", "synonyms": []}]
_CONTENT = json.dumps({"tags": _TAGS, "caption": "A cat.", "alt_text": "A cat."})


class Model:
    """What it was shown and is to do."""

    def __init__(self) -> None:
        self.url = ""
        self.shown: Counter[str] = Counter()  # answers by picture
        self.refused = 0  # requests while it was away
        self.away = False
        self.asked = 0
        self.open = threading.Event()  # unset: it lets all wait
        self.open.set()

    def answer(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Return status and content of an answer."""
        self.asked += 1
        self.open.wait(30)
        if self.away:
            self.refused += 1
            return 503, {"error": {"message": "away"}}
        self.shown[_picture(body)] += 1
        message = {"role": "assistant", "content": _CONTENT, "refusal": None}
        choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
        return 200, {
            "id": "1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": "loopback",
            "choices": [choice],
            "usage": {"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20},
        }


def _picture(body: bytes) -> str:
    for message in json.loads(body)["messages"]:
        for part in message["content"]:
            if isinstance(part, dict) and part["type"] == "image_url":
                return hashlib.sha256(part["image_url"]["url"].encode()).hexdigest()
    return "none"


@contextmanager
def serving() -> Iterator[Model]:
    """Serve for as long as the block lasts."""
    model = Model()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """List the models, which is how it is found out for nothing whether it is there."""
            self._say(503 if model.away else 200, {"object": "list", "data": []})

        def do_POST(self) -> None:
            self._say(*model.answer(self.rfile.read(int(self.headers["content-length"]))))

        def _say(self, status: int, content: dict[str, Any]) -> None:
            data = json.dumps(content).encode()
            try:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except ConnectionError:  # who asked was killed
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield model
        finally:
            model.open.set()
            server.shutdown()
            thread.join()
