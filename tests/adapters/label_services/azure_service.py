"""Azure AI Vision, image analysis 2023-10-01, as its client library and reference describe it."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator
from tests.adapters.loopback import Received, Response

KEY = "0123456789abcdef0123456789abcdef"
LANGUAGES = ("en", "de", "fr", "nb", "pt-BR", "sr-Cyrl", "zh-Hans")  # some of those documented


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TEXT, _INTEGER = {"type": "string"}, {"type": "integer"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_BOX = _object(dict.fromkeys("xywh", _INTEGER))
_POLYGON = _array(_object({"x": _INTEGER, "y": _INTEGER}))
_TAG = _object({"name": _TEXT, "confidence": _SHARE})
_WORD = _object({"text": _TEXT, "boundingPolygon": _POLYGON, "confidence": _SHARE})
_LINE = _object({"text": _TEXT, "boundingPolygon": _POLYGON, "words": _array(_WORD)})
_ANSWER = Draft202012Validator(
    _object(
        {"modelVersion": _TEXT, "metadata": _object({"width": _INTEGER, "height": _INTEGER})},
        tagsResult=_object({"values": _array(_TAG)}),
        captionResult=_object({"text": _TEXT, "confidence": _SHARE}),
        objectsResult=_object(
            {"values": _array(_object({"boundingBox": _BOX, "tags": _array(_TAG)}))}
        ),
        readResult=_object({"blocks": _array(_object({"lines": _array(_LINE)}))}),
    )
)


def check(received: Received) -> bytes:
    """Raise unless a request is as described; return the picture in it."""
    assert (received.method, received.path) == ("POST", "/computervision/imageanalysis:analyze")
    query = received.query
    assert set(query) == {"api-version", "features", "language"}
    assert query["api-version"] == "2023-10-01"
    features = query["features"].split(",")
    assert set(features) <= {"tags", "caption", "objects", "read"}
    assert len(features) == len(set(features)) > 0
    assert query["language"] in LANGUAGES
    assert query["language"] == "en" or features == ["tags"]  # else NotSupportedLanguage
    assert received.headers["ocp-apim-subscription-key"] == KEY
    assert received.headers["content-type"] == "application/octet-stream"
    return received.body


def answer(**results: Any) -> Response:
    """Return an answer; checked against the description."""
    body = {"modelVersion": "2023-10-01", "metadata": {"width": 750, "height": 500}, **results}
    _ANSWER.validate(body)
    return Response(body)


def tags(*pairs: tuple[str, float]) -> dict[str, Any]:
    """Return a list of tags."""
    return {"values": [{"name": name, "confidence": share} for name, share in pairs]}


def error(status: int, message: str, code: str = "", inner: str = "", **headers: str) -> Response:
    """Return an error as Azure words it."""
    body: dict[str, Any] = {"code": code or str(status), "message": message}
    if inner:
        body["innererror"] = {"code": inner, "message": message}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response({"error": body}, status, {"x-ms-error-code": body["code"], **named})


_AT = [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 9, "y": 9}, {"x": 0, "y": 9}]


def _line(text: str) -> dict[str, Any]:
    words = [{"text": word, "boundingPolygon": _AT, "confidence": 0.99} for word in text.split()]
    return {"text": text, "boundingPolygon": _AT, "words": words}


CAT = answer(tagsResult=tags(("cat", 0.97), ("whiskers", 0.91), ("sofa", 0.12)))
EVERYTHING = answer(
    tagsResult=tags(("cat", 0.97), ("Cat", 0.4), ("mammal", 0.9)),
    captionResult={"text": "a cat on a sofa", "confidence": 0.71},
    objectsResult={
        "values": [
            {
                "boundingBox": {"x": 1, "y": 2, "w": 30, "h": 40},
                "tags": [{"name": "cat", "confidence": 0.88}],
            }
        ]
    },
    readResult={"blocks": [{"lines": [_line("FRESH BREAD"), _line("daily")]}]},
)
