"""A service on loopback that answers as the vision services do, and checks what it is sent."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from tests.adapters import loopback
from tests.adapters.loopback import Loopback, Response, check_picture

from . import anthropic_service, bedrock_service, gemini_service

DESCRIPTION = json.loads(Path(__file__).with_name("openai-chat.json").read_text())
REQUEST = Draft202012Validator(
    {"$ref": "#/components/schemas/CreateChatCompletionRequest", **DESCRIPTION}
)
KEY = "sk-test-0123456789"


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    raw: bytes = b""
    method: str = "POST"

    @property
    def picture(self) -> bytes:
        """The bytes of the picture in it."""
        if "generationConfig" in self.body:
            return gemini_service.picture(self.body)
        if "inferenceConfig" in self.body:
            return bedrock_service.picture(self.body)
        return base64.b64decode(_picture(self.body), validate=True)

    @property
    def instructions(self) -> str:
        """The system prompt."""
        if "system" in self.body:
            system = self.body["system"]
            return system if isinstance(system, str) else "".join(p["text"] for p in system)
        return str(self.body["messages"][0]["content"])

    @property
    def request(self) -> str:
        """The text beside the picture."""
        content = self.body["messages"][-1]["content"]
        if isinstance(content, str):
            return content
        return "".join(part["text"] for part in content if part["type"] == "text")

    @property
    def matches(self) -> bool:
        """Whether it is the second question, about labels instead of a picture."""
        return "<labels>" in self.request

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of the answer asked for."""
        return dict(self.body["response_format"]["json_schema"]["schema"])

    @property
    def mode(self) -> str:
        """How structured output was asked for."""
        if "response_format" in self.body:
            return str(self.body["response_format"]["type"])
        return "tool" if "tools" in self.body else "text"


Behaviour = Response | Callable[[Received], Response]


class ModelServer(Loopback):
    """Serves scripted responses in turn; the last one is repeated."""

    def __init__(self) -> None:
        super().__init__()
        self.script: list[Behaviour] = []
        self.probed: Response | None = None  # the answer to probes; None: they are in the script
        self.received: list[Received] = []

    def plays(self, *script: Behaviour) -> None:
        """Set what happens from now on."""
        self.script = list(script)

    def answer(self, received: loopback.Received) -> Response:
        """Check a request and say what to do with it."""
        raw = received.body
        body = json.loads(raw) if raw else {}
        asked = Received(received.target, received.headers, body, raw, received.method)
        try:
            check(asked)
        except Exception as exc:  # noqa: BLE001 - told to the test, whatever it is
            self.fault(exc)
        with self.lock:
            self.received.append(asked)
            if asked.method == "GET" and self.probed is not None:
                return self.probed
            behaviour = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        return behaviour if isinstance(behaviour, Response) else behaviour(asked)


def check(received: Received) -> None:
    """Raise unless a request is as the service's published description has it."""
    if received.method == "GET":
        return
    if received.path.startswith("/v1beta/"):
        gemini_service.check(received.path, received.headers, received.body, KEY)
        check_picture(received.picture)
        return
    if received.path.startswith("/model/"):
        bedrock_service.check(received.path, received.headers, received.raw, KEY)
        check_picture(received.picture)
        return
    if received.path.endswith("/messages"):
        anthropic_service.check(received.body)
    else:
        assert received.path == "/v1/chat/completions"
        REQUEST.validate(received.body)
        check_schema(received)
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert received.headers["content-type"] == "application/json"
    assert received.body["model"]
    assert received.body.get("stream", False) is False
    if received.matches:
        assert "image" not in json.dumps(received.body)
    else:
        check_picture(received.picture)


def check_schema(received: Received) -> None:
    """Raise unless the schema asked for is within what OpenAI documents for strict ones."""
    if received.mode != "json_schema":
        return
    Draft202012Validator.check_schema(received.schema)
    objects = [node for node in nodes(received.schema) if node["type"] == "object"]
    for node in nodes(received.schema):
        allowed = {"type", "properties", "required", "additionalProperties", "items", "enum"}
        bounds = {"minimum", "maximum"} if node["type"] == "integer" else set()
        assert set(node) <= allowed | bounds, node
    for node in objects:
        assert node["additionalProperties"] is False
        assert sorted(node["required"]) == sorted(node["properties"])
    names = [name for node in objects for name in node["properties"]]
    values = [value for node in nodes(received.schema) for value in node.get("enum", [])]
    assert len(names) <= 5_000
    assert len(values) <= 1_000
    assert sum(len(str(text)) for text in (*names, *values)) <= 120_000


def nodes(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema and all that it consists of."""
    inner = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    return [schema, *(node for one in inner for node in nodes(one))]


def _picture(body: dict[str, Any]) -> str:
    for part in body["messages"][-1]["content"]:
        if part["type"] == "image_url":
            head, _, data = str(part["image_url"]["url"]).partition(",")
            assert head == "data:image/jpeg;base64"
            return data
        if part["type"] == "image":
            assert part["source"]["media_type"] == "image/jpeg"
            return str(part["source"]["data"])
    raise AssertionError("no picture")
