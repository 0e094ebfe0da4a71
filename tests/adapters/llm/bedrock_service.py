"""Amazon Bedrock's Converse as the service model in botocore describes it."""

from __future__ import annotations

import base64
import json
import re
from functools import cache
from typing import Any

from botocore.auth import SigV4Auth  # type: ignore[import-untyped]  # it has no types
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]  # likewise
from botocore.credentials import Credentials  # type: ignore[import-untyped]  # likewise
from botocore.session import Session  # type: ignore[import-untyped]  # likewise
from botocore.validate import ParamValidator  # type: ignore[import-untyped]  # likewise

KEY, SECRET = "AKIATEST0123456789AB", "test/0123456789+abcdefghijklmnopqrstuvwx"
REGION = "eu-west-1"
_PATH = re.compile(r"/model/[A-Za-z0-9.%-]+/converse")
_SIGNED = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={KEY}/\d{{8}}/{REGION}/bedrock/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)


@cache
def _request() -> Any:
    return Session().get_service_model("bedrock-runtime").operation_model("Converse").input_shape


def check(path: str, headers: dict[str, str], raw: bytes, token: str) -> None:
    """Raise unless a request is as described, and signed or with the token."""
    assert _PATH.fullmatch(path), path
    params = {"modelId": "any", **json.loads(raw)}
    for block in params["messages"][-1]["content"]:
        if "image" in block:
            assert block["image"]["format"] == "jpeg"
            source = block["image"]["source"]
            source["bytes"] = base64.b64decode(source["bytes"], validate=True)
    report = ParamValidator().validate(params, _request())
    assert not report.has_errors(), report.generate_report()
    if headers["authorization"] != f"Bearer {token}":
        _check_signature(path, headers, raw)


def picture(body: dict[str, Any]) -> bytes:
    """Return the picture in a request."""
    (found,) = (block for block in body["messages"][-1]["content"] if "image" in block)
    return base64.b64decode(found["image"]["source"]["bytes"])


def said(*content: dict[str, Any], stop: str = "end_turn") -> dict[str, Any]:
    """Return an answer of so many blocks."""
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": stop,
        "usage": {"inputTokens": 1_000, "outputTokens": 100, "totalTokens": 1_100},
        "metrics": {"latencyMs": 700},
    }


def _check_signature(path: str, headers: dict[str, str], raw: bytes) -> None:
    match = _SIGNED.fullmatch(headers["authorization"])
    assert match is not None, headers["authorization"]
    signed = {name: headers[name] for name in match[1].split(";")}
    request = AWSRequest("POST", f"http://{headers['host']}{path}", data=raw, headers=signed)
    request.context["timestamp"] = headers["x-amz-date"]
    signer = SigV4Auth(Credentials(KEY, SECRET), "bedrock", REGION)
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    assert signer.signature(to_sign, request) == match[2]
