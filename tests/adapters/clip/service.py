"""A machine-learning service of Immich on loopback, as its source says that it behaves."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

from tests.adapters.loopback import Loopback, Received, Response

from .making import picture_vector, text_vector

MODEL = "ViT-B-32__openai"
OCR_MODEL = "PP-OCRv5_mobile"
SCALE = 7.5  # vectors are not of length 1


class MachineLearning(Loopback):
    """Answers from the tiny model, unless ``plays`` says what to do instead."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[str] | None = None  # lines of text in every picture; None: an old server
        self.dimensions = 3  # of pictures' vectors
        self.instead: Callable[[str], Response | None] = lambda _: None  # by task
        self.asked: Counter[str] = Counter()
        self.languages: list[object] = []
        self.pictures: list[bytes] = []
        self.most_at_once = 0
        self._at_once = 0

    def answer(self, received: Received) -> Response:
        """Answer one request."""
        if received.target != "/predict":
            return Response({"detail": "Not Found"}, 404)
        kind, body = received.headers["content-type"], received.body
        if not kind.startswith("multipart/form-data"):
            return Response({"detail": [{"loc": ["body", "entries"], "type": "missing"}]}, 422)
        form = parse(kind, body)
        try:
            entries = json.loads(form["entries"])
            ((task, types),) = entries.items()
            names = {entry["modelName"] for entry in types.values()}
        except (KeyError, ValueError, AttributeError):
            return Response({"detail": "Invalid request format."}, 422)
        if "image" not in form and "text" not in form:
            return Response({"detail": "Either image or text must be provided"}, 400)
        step = "ocr" if task == "ocr" else next(iter(types))
        with self.lock:
            self.asked[step] += 1
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return self.instead(step) or self._answer(step, types, names, form)
        finally:
            with self.lock:
                self._at_once -= 1

    def _answer(
        self, step: str, types: dict[str, Any], names: set[str], form: dict[str, bytes]
    ) -> Response:
        unknown = names - ({OCR_MODEL} if step == "ocr" else {MODEL, "nllb-clip-base-siglip__v1"})
        if unknown or (step == "ocr" and self.reads is None):
            return Response("Internal Server Error", 500)
        if step == "textual":
            self.languages.append(types["textual"].get("options", {}).get("language"))
            return Response({"clip": as_string(text_vector(form["text"].decode()))})
        self.pictures.append(form["image"])
        size = {"imageHeight": 48, "imageWidth": 64}
        if step == "visual":
            vector = picture_vector(form["image"])
            return Response({"clip": as_string((vector * 2)[: self.dimensions]), **size})
        assert set(types) == {"detection", "recognition"}
        lines = self.reads or []
        found = {"text": lines, "box": [[0.0] * 8 for _ in lines], "boxScore": [0.9 for _ in lines]}
        return Response({"ocr": {**found, "textScore": [0.95 for _ in lines]}, **size})


def as_string(vector: list[float]) -> str:
    """Return a vector as the service does: JSON inside JSON, not of length 1."""
    return json.dumps([SCALE * one for one in vector])


def parse(kind: str, body: bytes) -> dict[str, bytes]:
    """Return the fields of a multipart form."""
    message = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    found = {}
    for part in message.get_payload():
        assert not isinstance(part, str)
        name = part.get_param("name", header="content-disposition")
        found[str(name)] = part.get_payload(decode=True)
    return found  # type: ignore[return-value]
