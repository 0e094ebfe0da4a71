"""Services of batches on loopback that check what they are sent, and keep count of the bill."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from anthropic.types.messages import MessageBatch
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter
from tests.adapters.llm.replies import answer, chat, message
from tests.adapters.llm.server import KEY, Received, Response, check

DESCRIPTION = json.loads(Path(__file__).with_name("openai-batches.json").read_text())
ANTHROPIC = TypeAdapter(MessageCreateParamsNonStreaming)
MILLION = Decimal(1_000_000)
# US dollars for a million tokens in and out, at once.
PRICES = {
    "gpt-4o-mini": (Decimal("0.15"), Decimal("0.60")),
    "claude-haiku-4-5": (Decimal(1), Decimal(5)),
}


def valid(name: str, content: Any) -> Any:
    """Return what is as OpenAI's description has it."""
    schema = {"$ref": f"#/components/schemas/{name}", **DESCRIPTION}
    Draft202012Validator(schema).validate(content)
    return content


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


class OpenAiService(BatchService):
    """Files and batches."""

    def answer(self, name: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        last = path.partition("?")[0].split("/")
        if name == "POST /v1/files":
            return self._upload(headers, body)
        if name == "GET /v1/files/{}":
            found = self.files.get(last[3])
            return _missing() if found is None else Response(self._file(last[3]))
        if name == "GET /v1/files/{}/content":
            return Response(self.files[last[3]].decode())
        if name == "DELETE /v1/files/{}":
            del self.files[last[3]]
            told = {"id": last[3], "object": "file", "deleted": True}
            return Response(valid("DeleteFileResponse", told))
        if name == "POST /v1/batches":
            return self._create(json.loads(body))
        if name == "GET /v1/batches":
            return self._list(path)
        batch = self.batches.get(last[3])
        if batch is None:
            return _missing()
        if name == "POST /v1/batches/{}/cancel":
            if batch.status != "in_progress":
                return Response({"error": {"message": "Cannot cancel."}}, 409)
            batch.status = "canceling"
        elif self.finishes:
            self._finish(batch)
        return Response(self._shown(batch))

    def _upload(self, headers: dict[str, str], body: bytes) -> Response:
        head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
        form = email.message_from_bytes(head + body, policy=email.policy.HTTP)
        parts = {
            str(part.get_param("name", header="content-disposition")): part.get_content()
            for part in form.iter_parts()
        }
        content = parts.pop("file")
        content = content if isinstance(content, bytes) else content.encode()
        expires = {
            "anchor": parts.pop("expires_after[anchor]").strip(),
            "seconds": int(parts.pop("expires_after[seconds]")),
        }
        told = {name: str(value).strip() for name, value in parts.items()}
        valid("CreateFileRequest", {**told, "file": "", "expires_after": expires})
        assert told == {"purpose": "batch"}
        name = f"file-{len(self.calls)}"
        self.files[name] = content
        return Response(self._file(name))

    def _file(self, name: str) -> Any:
        told = {
            "id": name,
            "object": "file",
            "bytes": len(self.files[name]),
            "created_at": int(time.time()),
            "filename": "requests.jsonl",
            "purpose": "batch",
            "status": "processed",
        }
        return valid("OpenAIFile", told)

    def _create(self, wanted: dict[str, Any]) -> Response:
        valid("CreateBatchRequest", wanted)
        requests = {}
        for line in self.files[wanted["input_file_id"]].splitlines():
            found = json.loads(line)
            assert set(found) == {"custom_id", "method", "url", "body"}
            assert (found["method"], found["url"]) == ("POST", wanted["endpoint"])
            sent = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
            check(Received(found["url"], sent, found["body"]))
            assert found["custom_id"] not in requests
            requests[found["custom_id"]] = found["body"]
        name = f"batch_{len(self.batches)}"
        label = wanted["metadata"]["tagwright"]
        self.batches[name] = Held(name, requests, label, wanted["input_file_id"])
        return Response(self._shown(self.batches[name]))

    def _finish(self, batch: Held) -> None:
        if batch.status not in ("in_progress", "canceling"):
            return
        self.run(batch)
        good: list[str] = []
        bad: list[str] = []
        for number, (custom, outcome) in enumerate(reversed(batch.results.items())):
            line: dict[str, Any] = {"id": f"req_{number}", "custom_id": custom, "error": None}
            line["response"] = None
            if outcome.response is None:
                line["error"] = {"code": f"batch_{outcome.ended}", "message": "Not executed."}
            else:
                status = outcome.response.status
                body = outcome.response.body
                line["response"] = {"status_code": status, "request_id": "r", "body": body}
            failed = outcome.response is None or outcome.response.status >= 400
            (bad if failed else good).append(json.dumps(line))
        good[1:1] = self.extra_lines
        for kind, lines in (("output_file_id", good), ("error_file_id", bad)):
            if lines:
                batch.files[kind] = f"file-{kind}-{batch.id}"
                self.files[batch.files[kind]] = "\n".join(lines).encode() + b"\n"

    def _list(self, path: str) -> Response:
        after = re.search(r"after=([^&]+)", path)
        newest = list(reversed(self.batches.values()))
        begin = [one.id for one in newest].index(after[1]) + 1 if after else 0
        page = newest[begin : begin + 1]  # as little as possible at a time
        told = {
            "object": "list",
            "data": [self._shown(one) for one in page],
            "has_more": begin + 1 < len(newest),
        }
        if page:
            told |= {"first_id": page[0].id, "last_id": page[-1].id}
        return Response(valid("ListBatchesResponse", told))

    def _shown(self, batch: Held) -> Any:
        ran = [one for one in batch.results.values() if one.response is not None]
        done = sum(one.response.status == 200 for one in ran if one.response is not None)
        told = {
            "id": batch.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "input_file_id": batch.file,
            "completion_window": "24h",
            "status": "cancelling" if batch.status == "canceling" else batch.status,
            "created_at": batch.created_at,
            "expires_at": batch.created_at + 86_400,
            "metadata": {"tagwright": batch.label},
            "request_counts": {
                "total": len(batch.requests),
                "completed": done,
                "failed": len(batch.results) - done,
            },
            **batch.files,
        }
        if batch.errors:
            told["errors"] = {"object": "list", "data": batch.errors}
        return valid("Batch", told)


class AnthropicService(BatchService):
    """Message batches."""

    model = "claude-haiku-4-5"

    def says(self, content: Any, **more: Any) -> Response:
        return message(json.dumps(content) if isinstance(content, dict) else content, **more)

    def answer(self, name: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        if name == "POST /v1/messages/batches":
            return self._create(headers, json.loads(body))
        if name == "GET /v1/messages/batches":
            newest = list(reversed(self.batches.values()))
            told = {"data": [self._shown(one) for one in newest], "has_more": False}
            return Response({**told, "first_id": None, "last_id": None})
        batch = self.batches.get(path.split("/")[4])
        if batch is None:
            return _missing()
        if name.endswith("/results"):
            return Response(self._results(batch))
        if name.endswith("/cancel"):
            batch.status = "canceling"
        elif self.finishes:
            self.run(batch)
        return Response(self._shown(batch))

    def _create(self, headers: dict[str, str], wanted: dict[str, Any]) -> Response:
        assert headers["content-type"] == "application/json"
        assert list(wanted) == ["requests"]
        requests = {}
        for one in wanted["requests"]:
            assert set(one) == {"custom_id", "params"}
            assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", one["custom_id"])
            ANTHROPIC.validate_python(one["params"])
            sent = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}
            check(Received("/v1/messages", sent, one["params"]))
            requests[one["custom_id"]] = one["params"]
        assert len(requests) == len(wanted["requests"])
        name = f"msgbatch_{len(self.batches)}"
        self.batches[name] = Held(name, requests)
        return Response(self._shown(self.batches[name]))

    def _results(self, batch: Held) -> str:
        lines = []
        for custom, outcome in reversed(batch.results.items()):
            if outcome.response is None:
                kind = "expired" if outcome.ended == "expired" else "canceled"
                result: dict[str, Any] = {"type": kind}
            elif outcome.response.status == 200:
                result = {"type": "succeeded", "message": outcome.response.body}
            else:
                result = {"type": "errored", "error": outcome.response.body}
            lines.append(json.dumps({"custom_id": custom, "result": result}))
        lines[1:1] = self.extra_lines
        return "\n".join(lines) + "\n"

    def _shown(self, batch: Held) -> Any:
        ended = batch.status not in ("in_progress", "canceling")
        counts = dict.fromkeys(("processing", "succeeded", "errored", "canceled", "expired"), 0)
        for custom in batch.requests:
            outcome = batch.results.get(custom)
            if outcome is None:
                counts["processing"] += 1
            elif outcome.response is None:
                counts["expired" if outcome.ended == "expired" else "canceled"] += 1
            else:
                counts["succeeded" if outcome.response.status == 200 else "errored"] += 1
        created = datetime.fromtimestamp(batch.created_at, UTC)
        shown = MessageBatch(
            id=batch.id,
            type="message_batch",
            processing_status="ended" if ended else batch.status,  # type: ignore[arg-type]  # one of them
            request_counts=counts,  # type: ignore[arg-type]  # made into one
            created_at=created,
            expires_at=datetime.fromtimestamp(batch.created_at + 86_400, UTC),
            ended_at=created if ended else None,
            results_url=f"{self.url}/v1/messages/batches/{batch.id}/results" if ended else None,
        )
        return json.loads(MessageBatch.model_validate(shown.model_dump()).model_dump_json())


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


def _missing() -> Response:
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
