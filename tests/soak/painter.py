"""A model on loopback that knows the assets by the colours of their pictures."""

from __future__ import annotations

import base64
import io
import json
import random
import re
from collections import Counter
from typing import Any

from PIL import Image
from tests.adapters.immich.server import Asset, ImmichServer
from tests.adapters.loopback import Loopback, Received, Response

THINGS = [f"Thing {number:02d}" for number in range(60)]
GROUPS = 6
_SECONDS = 0.2  # that it takes to answer
_NEAR = 200  # sum of the squares by which three colours differ
_PICTURE = re.compile(rb"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")
Colour = tuple[int, int, int]


def path_of(thing: str) -> str:
    """Return the path of a thing's tag, as Immich shows it."""
    return f"Group {THINGS.index(thing) % GROUPS}/{thing}"


def vocabulary() -> str:
    """Return all things as a taxonomy."""
    lines = ["name: Soak", "language: en", "concepts:"]
    for group in range(GROUPS):
        lines += [f"  Group {group}:", "    narrower:"]
        lines += [f"      {thing}:" for thing in THINGS[group::GROUPS]]
    return "\n".join(lines) + "\n"


class Painter(Loopback):
    """Sees the same things on an asset each time, and counts how often it is asked."""

    def __init__(self, immich: ImmichServer, tags: int) -> None:
        super().__init__()
        self.answers: Counter[str] = Counter()  # by the asset's identifier
        self._immich = immich
        self._tags = tags

    def sees(self, asset: Asset) -> list[str]:
        """Return the things that are on an asset."""
        return random.Random(asset.id).sample(THINGS, self._tags)

    def answer(self, received: Received) -> Response:
        """Say what is on a picture; what else is asked costs nothing."""
        found = _PICTURE.search(received.body)
        if found is None:
            return Response({"object": "list", "data": []})
        self.over.wait(_SECONDS)
        asset = self._nearest(_colour(base64.b64decode(found[1])))
        self.answers[asset.id] += 1
        tags = [{"label": one, "confidence": 0.95, "kind": "object"} for one in self.sees(asset)]
        return Response(_completion({"tags": tags, "caption": "Things.", "alt_text": "Things."}))

    def _nearest(self, colour: Colour) -> Asset:
        with self._immich.lock:
            assets = list(self._immich.library.assets.values())
        return min(assets, key=lambda asset: _distance(_painted(asset), colour))


def alike(one: Asset, other: Asset) -> bool:
    """Say whether the model might take one for the other, as JPEG changes colours a little."""
    return _distance(_painted(one), _painted(other)) < _NEAR


def _painted(asset: Asset) -> Colour:
    number = int(asset.id[:6], 16)
    return number >> 16, number >> 8 & 255, number & 255


def _colour(data: bytes) -> Colour:
    with Image.open(io.BytesIO(data)) as picture:
        red, green, blue = picture.convert("RGB").resize((1, 1)).tobytes()
    return red, green, blue


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _completion(content: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": json.dumps(content), "refusal": None}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "gpt-4o-mini-2024-07-18",
        "choices": [choice],
        "usage": {"prompt_tokens": 9000, "completion_tokens": 150, "total_tokens": 9150},
    }
