"""Every service of language models, each with replies as it gives them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.adapters.loopback import Response

from . import bedrock_service, gemini_service, replies
from .replies import calls_tool, chat, error, message

_REASONING = "The picture shows a cat, so that the answer might be"
_REFUSING = "I can't help with that."


@dataclass(frozen=True)
class Service:
    """One scheme, and what it sends in each case."""

    spec: str
    says: Callable[[str], Response]  # a reply of that text
    calls: Callable[[dict[str, Any]], Response]  # a tool call instead of text
    cut_off: Callable[[str], Response]  # by the limit of tokens
    reasons: Response  # without saying anything
    refuses: Response
    fails: Callable[[int, str, dict[str, str]], Response]
    used_up: Response  # no credit, or no quota for today
    unauthorised: Response
    key: str  # that is named where it is not accepted
    path: str = "/v1"
    options: Mapping[str, object] = field(default_factory=dict)
    billed: bool = True
    quota: Mapping[str, str] = field(default_factory=dict)  # headers with what is left

    def __str__(self) -> str:
        return self.spec.partition(":")[0]


def _chat_service(spec: str, key: str, **changes: Any) -> Service:
    chat = partial(replies.chat, model=spec.partition(":")[2])
    told: dict[str, Any] = {
        "says": lambda text: _routed(spec, chat(text)),
        "calls": lambda found: _routed(spec, calls_tool(json.dumps(found))),
        "cut_off": lambda text: _routed(spec, chat(text, finish="length")),
        "reasons": _routed(spec, chat("", reasoning_content=_REASONING, reasoning=_REASONING)),
        "refuses": _routed(spec, chat(_REFUSING, finish="content_filter")),
        "fails": lambda status, text, headers: error(status, text, headers=headers),
        "used_up": error(402, "Insufficient credits"),
        "unauthorised": error(401, "Incorrect API key provided"),
    }
    return Service(spec, key=key, **told | changes)


def _routed(spec: str, response: Response) -> Response:
    if not spec.startswith("openrouter"):
        return response
    response.body["usage"]["cost"] = 0.0002  # it says what it billed
    return replies.routed(response)


def _claude_fails(status: int, text: str, headers: dict[str, str]) -> Response:
    names = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}
    told = {"type": names.get(status, "api_error"), "message": text}
    return Response({"type": "error", "error": told}, status, headers)


def _gemini_fails(status: int, text: str, headers: dict[str, str]) -> Response:
    names = {429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}
    body = gemini_service.failed(status, names.get(status, "INTERNAL"), text)
    return Response(body, status, headers)


def _bedrock_fails(status: int, text: str, headers: dict[str, str]) -> Response:
    names = {
        400: "ServiceQuotaExceededException",
        403: "UnrecognizedClientException",
        429: "ThrottlingException",
        503: "ServiceUnavailableException",
    }
    told = {"x-amzn-ErrorType": names.get(status, "InternalServerException"), **headers}
    return Response({"message": text}, status, told)


_OPENAI_QUOTA = {
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-reset-requests": "1s",
    "x-ratelimit-remaining-tokens": "149984",
    "x-ratelimit-reset-tokens": "6m0s",
}
_CLAUDE_QUOTA = {
    "date": "Wed, 25 Nov 2026 12:00:00 GMT",
    "anthropic-ratelimit-requests-remaining": "59",
    "anthropic-ratelimit-requests-reset": "2026-11-25T12:00:01Z",
    "anthropic-ratelimit-tokens-remaining": "149984",
    "anthropic-ratelimit-tokens-reset": "2026-11-25T12:06:00Z",
}

OPENAI = _chat_service(
    "openai:gpt-4o-mini",
    "OPENAI_API_KEY",
    refuses=chat(None, refusal=_REFUSING),
    used_up=error(429, "You exceeded your current quota", code="insufficient_quota"),
    quota=_OPENAI_QUOTA,
)
ANTHROPIC = Service(
    "anthropic:claude-haiku-4-5",
    says=message,
    calls=lambda found: message(
        {"type": "tool_use", "id": "toolu_1", "name": "photo", "input": found}, stop="tool_use"
    ),
    cut_off=lambda text: message(text, stop="max_tokens"),
    reasons=message({"type": "thinking", "thinking": _REASONING, "signature": "c2ln"}),
    refuses=message(_REFUSING, stop="refusal"),
    fails=_claude_fails,
    used_up=Response(
        {
            "type": "error",
            "error": {
                "type": "invalid_request_error",
                "message": "Your credit balance is too low to access the Anthropic API.",
            },
        },
        400,
    ),
    unauthorised=_claude_fails(401, "invalid x-api-key", {}),
    key="ANTHROPIC_API_KEY",
    path="",
    quota=_CLAUDE_QUOTA,
)
GEMINI = Service(
    "gemini:gemini-2.5-flash",
    says=lambda text: Response(gemini_service.said({"text": text})),
    calls=lambda found: Response(
        gemini_service.said({"functionCall": {"name": "photo", "args": found}})
    ),
    cut_off=lambda text: Response(gemini_service.said({"text": text}, finish="MAX_TOKENS")),
    reasons=Response(gemini_service.said({"text": _REASONING, "thought": True})),
    refuses=Response(gemini_service.blocked("PROHIBITED_CONTENT")),
    fails=_gemini_fails,
    used_up=Response(
        gemini_service.failed(429, "RESOURCE_EXHAUSTED", "Quota exceeded", gemini_service.DAILY),
        429,
    ),
    unauthorised=Response(
        gemini_service.failed(
            400, "INVALID_ARGUMENT", "API key not valid.", gemini_service.BAD_KEY
        ),
        400,
    ),
    key="GEMINI_API_KEY",
    path="",
)
BEDROCK = Service(
    "bedrock:eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    says=lambda text: Response(bedrock_service.said({"text": text})),
    calls=lambda found: Response(
        bedrock_service.said(
            {"toolUse": {"toolUseId": "tooluse_1", "name": "photo", "input": found}},
            stop="tool_use",
        )
    ),
    cut_off=lambda text: Response(bedrock_service.said({"text": text}, stop="max_tokens")),
    reasons=Response(
        bedrock_service.said(
            {"reasoningContent": {"reasoningText": {"text": _REASONING, "signature": "c2ln"}}}
        )
    ),
    refuses=Response(bedrock_service.said({"text": _REFUSING}, stop="content_filtered")),
    fails=_bedrock_fails,
    used_up=_bedrock_fails(400, "You have exceeded your daily quota", {}),
    unauthorised=_bedrock_fails(403, "The security token included in the request is invalid.", {}),
    key="AWS credentials",
    path="",
    options={"region": bedrock_service.REGION},
)
SERVICES = (
    OPENAI,
    ANTHROPIC,
    GEMINI,
    BEDROCK,
    _chat_service("openrouter:google/gemma-3-27b-it", "OPENROUTER_API_KEY"),
    _chat_service("xai:grok-4.3", "XAI_API_KEY", quota=_OPENAI_QUOTA),
    _chat_service("ollama:llava", "OLLAMA_API_KEY", billed=False),
    _chat_service("openai-compatible:some-model", "OPENAI_COMPATIBLE_API_KEY", billed=False),
)
