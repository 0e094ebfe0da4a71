"""OpenAI's files and batches on loopback."""

from __future__ import annotations

import email
import email.policy
import json
import re
import time
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from tests.adapters.llm.server import KEY, Received, check
from tests.adapters.loopback import Response

from .services import BatchService, Held, missing

DESCRIPTION = json.loads(Path(__file__).with_name("openai-batches.json").read_text())


def valid(name: str, content: Any) -> Any:
    """Return what is as OpenAI's description has it."""
    schema = {"$ref": f"#/components/schemas/{name}", **DESCRIPTION}
    Draft202012Validator(schema).validate(content)
    return content


class OpenAiService(BatchService):
    """Files and batches."""

    def serve(self, name: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        last = path.partition("?")[0].split("/")
        if name == "POST /v1/files":
            return self._upload(headers, body)
        if name == "GET /v1/files/{}":
            found = self.files.get(last[3])
            return missing() if found is None else Response(self._file(last[3]))
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
            return missing()
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
