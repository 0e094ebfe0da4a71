"""Replies as the services give them."""

from __future__ import annotations

import json
from typing import Any

from tests.adapters.loopback import Response

TAGS: list[dict[str, Any]] = [
    {
        "label": "tabby cat",
        "confidence": 0.97,
        "kind": "object",
        "synonyms": ["striped cat", "tiger cat"],
    },
    {"label": "windowsill", "confidence": 0.8, "kind": "scene", "synonyms": ["window ledge"]},
    {"label": "backlight", "confidence": 0.55, "kind": "light", "synonyms": []},
]


def answer(**changes: Any) -> dict[str, Any]:
    """Return an answer as the schema wants it."""
    told = {"tags": TAGS, "caption": "A cat on a windowsill.", "alt_text": "A tabby cat looks out."}
    return {**told, **changes}


def chat(
    content: str | dict[str, Any] | None,
    *,
    finish: str = "stop",
    model: str = "gpt-4o-mini-2024-07-18",
    usage: dict[str, Any] | None = None,
    **message: Any,
) -> Response:
    """Return a chat completion."""
    text = json.dumps(content) if isinstance(content, dict) else content
    told = {"role": "assistant", "content": text, "refusal": None, **message}
    return Response(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": model,
            "choices": [{"index": 0, "message": told, "finish_reason": finish, "logprobs": None}],
            "usage": usage
            or {"prompt_tokens": 1_000, "completion_tokens": 100, "total_tokens": 1_100},
        }
    )


def routed(response: Response, provider: str = "Somebody") -> Response:
    """Return a chat completion with what OpenRouter adds to it."""
    choices = [{**one, "native_finish_reason": "stop"} for one in response.body["choices"]]
    return Response({**response.body, "choices": choices, "provider": provider})


def calls_tool(arguments: str) -> Response:
    """Return a chat completion that calls the tool instead of answering."""
    call = {"id": "call_1", "type": "function"}
    function = {"name": "photo", "arguments": arguments}
    return chat(None, finish="tool_calls", tool_calls=[{**call, "function": function}])


def message(*content: str | dict[str, Any], stop: str = "end_turn") -> Response:
    """Return an answer of Anthropic's Messages API, of texts and other blocks."""
    blocks = [{"type": "text", "text": one} if isinstance(one, str) else one for one in content]
    return Response(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude-haiku-4-5-20251001",
            "content": [block for block in blocks if block.get("text") != ""],
            "stop_reason": stop,
            "stop_sequence": None,
            "usage": {"input_tokens": 1_000, "output_tokens": 100},
        }
    )


def error(status: int, text: str, **details: Any) -> Response:
    """Return an error as OpenAI words it."""
    headers = details.pop("headers", {})
    told = {"message": text, "type": None, "param": None, "code": None, **details}
    return Response({"error": told}, status, headers)
