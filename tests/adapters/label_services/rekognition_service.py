"""Amazon Rekognition as the service model in botocore describes it."""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import Any

from botocore.auth import SigV4Auth  # type: ignore[import-untyped]  # it has no types
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped]  # likewise
from botocore.credentials import Credentials  # type: ignore[import-untyped]  # likewise
from botocore.session import Session  # type: ignore[import-untyped]  # likewise
from botocore.validate import ParamValidator  # type: ignore[import-untyped]  # likewise
from tests.adapters.loopback import Received, Response

KEY, SECRET = "AKIATEST0123456789AB", "test/0123456789+abcdefghijklmnopqrstuvwx"
REGION = "eu-west-1"
_AUTHORIZATION = re.compile(
    rf"AWS4-HMAC-SHA256 Credential={KEY}/\d{{8}}/{REGION}/rekognition/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)


@cache
def _model() -> Any:
    return Session().get_service_model("rekognition")


def _validate(value: Any, shape: Any) -> None:
    report = ParamValidator().validate(value, shape)
    assert not report.has_errors(), report.generate_report()


def check(received: Received) -> bytes:
    """Raise unless a request is as described and signed; return the picture in it."""
    assert (received.method, received.target) == ("POST", "/")
    assert received.headers["content-type"] == "application/x-amz-json-1.1"
    prefix, _, operation = received.headers["x-amz-target"].partition(".")
    assert prefix == _model().metadata["targetPrefix"]
    params = received.json
    params["Image"]["Bytes"] = base64.b64decode(params["Image"]["Bytes"], validate=True)
    _validate(params, _model().operation_model(operation).input_shape)
    _check_signature(received)
    return bytes(params["Image"]["Bytes"])


def _check_signature(received: Received) -> None:
    match = _AUTHORIZATION.fullmatch(received.headers["authorization"])
    assert match is not None, received.headers["authorization"]
    signed = {name: received.headers[name] for name in match[1].split(";")}
    url = f"http://{received.headers['host']}/"
    request = AWSRequest("POST", url, data=received.body, headers=signed)
    request.context["timestamp"] = received.headers["x-amz-date"]
    signer = SigV4Auth(Credentials(KEY, SECRET), "rekognition", REGION)
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    assert signer.signature(to_sign, request) == match[2]


def answer(operation: str, **body: Any) -> Response:
    """Return an answer; checked against the description."""
    _validate(body, _model().operation_model(operation).output_shape)
    return Response(body, headers={"Content-Type": "application/x-amz-json-1.1"})


def labels(*found: dict[str, Any]) -> Response:
    """Return an answer of DetectLabels."""
    return answer("DetectLabels", Labels=list(found), LabelModelVersion="3.0")


def label(name: str, confidence: float, *, category: str = "Home and Indoors", **more: Any) -> Any:
    """Return a label; parents and aliases are tuples of names, instances a number."""
    box = {"Width": 0.5, "Height": 0.5, "Left": 0.1, "Top": 0.1}
    return {
        "Name": name,
        "Confidence": confidence,
        "Instances": [
            {"BoundingBox": box, "Confidence": confidence} for _ in range(more.get("instances", 0))
        ],
        "Parents": [{"Name": one} for one in more.get("parents", ())],
        "Aliases": [{"Name": one} for one in more.get("aliases", ())],
        "Categories": [{"Name": category}],
    }


def texts(*lines: tuple[str, float]) -> Response:
    """Return an answer of DetectText."""
    found: list[dict[str, Any]] = []
    for number, (text, confidence) in enumerate(lines):
        found.append({"DetectedText": text, "Type": "LINE", "Id": number, "Confidence": confidence})
        found += [
            {
                "DetectedText": word,
                "Type": "WORD",
                "Id": 100 + number,
                "ParentId": number,
                "Confidence": confidence,
            }
            for word in text.split()
        ]
    return answer("DetectText", TextDetections=found, TextModelVersion="3.0")


def error(status: int, kind: str, message: str, **headers: str) -> Response:
    """Return an error as AWS words it."""
    body = {"__type": kind, "message": message}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(body, status, {"Content-Type": "application/x-amz-json-1.1", **named})


CAT = labels(
    label("Cat", 97.0, category="Animals and Pets", parents=("Animal", "Mammal")),
    label("Whiskers", 91.0),
)
