"""Gemini's generateContent as the types of Google's own package describe it."""

from __future__ import annotations

import base64
import re
from importlib import import_module
from typing import Any

_PATH = re.compile(r"/v1beta/models/[a-z0-9.-]+:generateContent")


def check(path: str, headers: dict[str, str], body: dict[str, Any], key: str) -> None:
    """Raise unless a request is as described; the types take nothing that they do not name."""
    # A slow import, that most tests have no use for.
    types = import_module("google.genai.types")
    assert _PATH.fullmatch(path), path
    assert headers["x-goog-api-key"] == key
    assert set(body) <= {"contents", "systemInstruction", "generationConfig", "tools", "toolConfig"}
    for content in body["contents"]:
        types.Content.model_validate(content)
    types.GenerationConfig.model_validate(body["generationConfig"])
    if "systemInstruction" in body:
        types.Content.model_validate(body["systemInstruction"])


def picture(body: dict[str, Any]) -> bytes:
    """Return the picture in a request."""
    (found,) = (part for part in body["contents"][-1]["parts"] if "inlineData" in part)
    assert found["inlineData"]["mime_type"] == "image/jpeg"
    return base64.urlsafe_b64decode(found["inlineData"]["data"])


def said(*parts: dict[str, Any], finish: str = "STOP") -> dict[str, Any]:
    """Return an answer of so many parts."""
    return {
        "candidates": [
            {
                "content": {"parts": list(parts), "role": "model"},
                "finishReason": finish,
                "index": 0,
            }
        ],
        **_ABOUT,
    }


def blocked(reason: str) -> dict[str, Any]:
    """Return the answer to a prompt that was never shown to the model."""
    return {"promptFeedback": {"blockReason": reason}, **_ABOUT}


def failed(code: int, status: str, text: str, *details: dict[str, Any]) -> dict[str, Any]:
    """Return the body of an error."""
    return {"error": {"code": code, "message": text, "status": status, "details": list(details)}}


_ABOUT = {
    "usageMetadata": {
        "promptTokenCount": 1_000,
        "candidatesTokenCount": 100,
        "totalTokenCount": 1_100,
    },
    "modelVersion": "gemini-2.5-flash",
    "responseId": "response-1",
}
DAILY = {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier"}],
}
BAD_KEY = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    "reason": "API_KEY_INVALID",
    "domain": "googleapis.com",
}
