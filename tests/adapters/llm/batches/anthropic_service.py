"""Anthropic's message batches on loopback."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from anthropic.types.messages import MessageBatch
from pydantic import TypeAdapter
from tests.adapters.llm.replies import message
from tests.adapters.llm.server import KEY, Received, check
from tests.adapters.loopback import Response

from .services import BatchService, Held, missing

ANTHROPIC = TypeAdapter(MessageCreateParamsNonStreaming)


class AnthropicService(BatchService):
    """Message batches."""

    model = "claude-haiku-4-5"

    def says(self, content: Any, **more: Any) -> Response:
        return message(json.dumps(content) if isinstance(content, dict) else content, **more)

    def serve(self, name: str, path: str, headers: dict[str, str], body: bytes) -> Response:
        if name == "POST /v1/messages/batches":
            return self._create(headers, json.loads(body))
        if name == "GET /v1/messages/batches":
            newest = list(reversed(self.batches.values()))
            told = {"data": [self._shown(one) for one in newest], "has_more": False}
            return Response({**told, "first_id": None, "last_id": None})
        batch = self.batches.get(path.split("/")[4])
        if batch is None:
            return missing()
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
