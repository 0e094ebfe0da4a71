"""Google Cloud Vision as its discovery document describes it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from tests.adapters.loopback import Received, Response

KEY = "AIzaSyTest-0123456789_abcdefghijklmnopq"
_DESCRIPTION = json.loads(Path(__file__).with_name("google-vision.json").read_text())
_CODES = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}
_CODES |= {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}


def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/schemas/{name}", "schemas": _DESCRIPTION["schemas"]})


def check(received: Received) -> bytes:
    """Raise unless a request is as described; return the picture in it."""
    method = _DESCRIPTION["method"]
    assert (received.method, received.target) == (method["httpMethod"], f"/{method['path']}")
    _validator(method["request"]["$ref"]).validate(received.json)
    assert received.headers["x-goog-api-key"] == KEY
    assert received.headers["content-type"] == "application/json"
    (request,) = received.json["requests"]
    kinds = [feature["type"] for feature in request["features"]]
    assert len(kinds) == len(set(kinds)) > 0
    return base64.b64decode(request["image"]["content"], validate=True)


def answer(**annotations: Any) -> Response:
    """Return an answer for one picture; checked against the description."""
    body = {"responses": [annotations]}
    _validator(_DESCRIPTION["method"]["response"]["$ref"]).validate(body)
    return Response(body)


def entity(description: str, score: float, **more: Any) -> dict[str, Any]:
    """Return an EntityAnnotation."""
    return {"mid": "/m/01", "description": description, "score": score, **more}


def error(status: int, message: str, reason: str = "", **headers: str) -> Response:
    """Return an error as Google's front end words it."""
    kind = "type.googleapis.com/google.rpc.ErrorInfo"
    details = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}] if reason else []
    body = {"code": status, "message": message, "status": _CODES[status], "details": details}
    return Response({"error": body}, status, {k.replace("_", "-"): v for k, v in headers.items()})


CAT = answer(
    labelAnnotations=[
        entity("Cat", 0.97, topicality=0.97),
        entity("Whiskers", 0.91, topicality=0.9),
        entity("Sofa", 0.12, topicality=0.1),
    ]
)
EVERYTHING = answer(
    labelAnnotations=[entity("Cat", 0.97), entity("cat ", 0.4), entity("Carnivore", 0.8)],
    localizedObjectAnnotations=[
        {"mid": "/m/01", "name": "Cat", "score": 0.88, "boundingPoly": {"normalizedVertices": []}},
        {"mid": "/m/01", "name": "Cat", "score": 0.61},
    ],
    textAnnotations=[
        entity("FRESH BREAD\ndaily\n", 0, locale="en"),
        entity("FRESH", 0),
        entity("BREAD", 0),
    ],
    landmarkAnnotations=[
        entity(
            "Eiffel Tower",
            0.79,
            locations=[{"latLng": {"latitude": 48.858461, "longitude": 2.294351}}],
        )
    ],
    logoAnnotations=[entity("Lego", 0.66)],
    imagePropertiesAnnotation={
        "dominantColors": {
            "colors": [
                {
                    "color": {"red": 200, "green": 30, "blue": 25},
                    "score": 0.4,
                    "pixelFraction": 0.3,
                },
                {"color": {"red": 180, "green": 20}, "score": 0.2, "pixelFraction": 0.15},
                {"color": {}, "score": 0.1, "pixelFraction": 0.1},
            ]
        }
    },
    safeSearchAnnotation={
        "adult": "VERY_UNLIKELY",
        "spoof": "LIKELY",
        "medical": "UNLIKELY",
        "violence": "POSSIBLE",
        "racy": "VERY_UNLIKELY",
    },
)
