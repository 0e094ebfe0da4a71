"""Imagga v2 as its documentation describes it."""

from __future__ import annotations

import base64
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from tests.adapters.loopback import Received, Response

KEY, SECRET = "acc_0123456789abcde", "0123456789abcdef0123456789abcdef"


def check(received: Received) -> bytes | None:
    """Raise unless a request is as documented; return the picture in it, if it takes one."""
    basic = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
    assert received.headers["authorization"] == f"Basic {basic}"
    if received.path == "/v2/usage":
        assert (received.method, received.target) == ("GET", "/v2/usage")
        return None
    assert received.method == "POST"
    if received.path == "/v2/tags":
        query = received.query
        assert set(query) == {"language", "limit", "threshold"}
        assert query["language"] in ("en", "de", "no", "sr_cyrl", "zh_chs")
        assert 1 <= int(query["limit"]) <= 200
        assert 0 <= float(query["threshold"]) <= 100
    else:
        assert received.target == "/v2/colors"
    return _uploaded(received)


def _uploaded(received: Received) -> bytes:
    head = f"Content-Type: {received.headers['content-type']}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + received.body)
    (part,) = form.iter_parts()
    assert part.get_param("name", header="content-disposition") == "image"
    assert part.get_content_type() == "image/jpeg"
    return bytes(part.get_payload(decode=True))


def _answer(result: dict[str, Any]) -> Response:
    return Response({"result": result, "status": {"text": "", "type": "success"}})


def tags(*pairs: tuple[str, float], language: str = "en") -> Response:
    """Return an answer of /tags; confidences are of 100."""
    return _answer(
        {"tags": [{"confidence": share, "tag": {language: name}} for name, share in pairs]}
    )


def colours(*rgb: tuple[int, int, int, float]) -> Response:
    """Return an answer of /colors."""
    found = [
        {
            "r": red,
            "g": green,
            "b": blue,
            "percent": percent,
            "html_code": f"#{red:02x}{green:02x}{blue:02x}",
            "closest_palette_color": "star light",
            "closest_palette_color_html_code": "#e7e9e7",
            "closest_palette_color_parent": "white",
            "closest_palette_distance": 3.66,
        }
        for red, green, blue, percent in rgb
    ]
    colors = {
        "background_colors": found,
        "foreground_colors": [],
        "image_colors": found,
        "color_percent_threshold": 1.75,
        "color_variance": 36,
        "object_percentage": 20.79,
    }
    return _answer({"colors": colors})


def usage(processed: int, limit: int) -> Response:
    """Return an answer of /usage."""
    return _answer(
        {
            "billing_period_start": "26 Oct 2025 10:51:28",
            "billing_period_end": "26 Nov 2025 10:51:28",
            "concurrency": {"max": 2, "now": 0},
            "daily_for": "24 Nov 2025",
            "daily_processed": 1,
            "last_usage": 1763979000,
            "monthly_limit": limit,
            "monthly_processed": processed,
            "total_processed": processed,
        }
    )


def error(status: int, message: str, **headers: str) -> Response:
    """Return an error as Imagga words it."""
    body = {"result": {}, "status": {"text": message, "type": "error"}}
    return Response(body, status, {k.replace("_", "-"): v for k, v in headers.items()})


CAT = tags(("cat", 97.0), ("whiskers", 91.0), ("sofa", 12.0))
