"""Services of batches on loopback that check what they are sent, and keep count of the bill."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.adapters.llm.replies import answer, chat
from tests.adapters.llm.server import KEY
from tests.adapters.loopback import Loopback, Received, Response

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


class BatchService(Loopback):
    """What both have in common: batches that are through when they are looked at."""

    model = "gpt-4o-mini"

    def __init__(self) -> None:
        super().__init__()
        self.batches: dict[str, Held] = {}
        self.files: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.troubles: dict[str, list[Response]] = {}  # by "METHOD /path" with {} for identifiers
        self.after: dict[str, Callable[[], None]] = {}  # called once, before the response goes out
        self.finishes = True  # whether a batch is through at the first look at it
        self.ends_as = "completed"
        self.extra_lines: list[str] = []  # put between the results
        self.billed = Decimal(0)
        self.answering: Answering = lambda _custom, _body: Outcome(self.says(answer()))
        self.start()

    @property
    def asked(self) -> list[str]:
        """Identifiers of all requests that were accepted, each time."""
        return [custom for batch in self.batches.values() for custom in batch.requests]

    def says(self, content: Any, **more: Any) -> Response:
        """Return a reply of the model."""
        return chat(content, **more)

    def answer(self, received: Received) -> Response:
        """Answer one request."""
        path, headers = received.target, received.headers
        bare = re.sub(r"(?<=/)(file|batch|msgbatch)[-_][^/]+", "{}", received.path)
        name = f"{received.method} {bare}"
        try:
            with self.lock:
                self.calls.append(name)
                assert headers["authorization"] == f"Bearer {KEY}"
                if waiting := self.troubles.get(name):
                    return waiting.pop(0)
                response = self.serve(name, path, headers, received.body)
                if after := self.after.pop(name, None):
                    after()
                return response
        except Exception as exc:  # noqa: BLE001 - told to the test, whatever it is
            self.faults.append(f"{name}: {type(exc).__name__}: {exc}"[:2_000])
            return Response({"error": {"message": "fault in the test"}}, 500)

    def serve(self, name: str, path: str, headers: dict[str, str], body: bytes) -> Response:
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
