"""Structured output: native where it is had, else by a tool, else by asking for it."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.adapters.loopback import Response

from tagwright.errors import TaggerAnswerError, TaggerSetupError
from tagwright.model import Facts, Rendition

from .conftest import Make
from .replies import answer, calls_tool, chat, error
from .server import ModelServer, Received

NO_FORMAT = error(
    400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported"
)
NO_TOOLS = error(400, "registry.ollama.ai/library/llava does not support tools")
FENCED = chat("```json\n" + json.dumps(answer()) + "\n```")


def without(*modes: str) -> object:
    """Return the behaviour of a server that lacks some modes."""
    refusals = {"json_schema": NO_FORMAT, "tool": NO_TOOLS}

    def behave(received: Received) -> Response:
        if received.mode in modes:
            return refusals[received.mode]
        return calls_tool(json.dumps(answer())) if received.mode == "tool" else FENCED

    return behave


@pytest.mark.parametrize(
    ("lacking", "tried"),
    [
        ((), ["json_schema"]),
        (("json_schema",), ["json_schema", "tool"]),
        (("json_schema", "tool"), ["json_schema", "tool", "text"]),
    ],
)
async def test_next_mode_is_tried_and_remembered(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    lacking: tuple[str, ...],
    tried: list[str],
) -> None:
    """A mode that the server rejects is never asked for again; rejections are not paid calls."""
    server.plays(without(*lacking))  # type: ignore[arg-type]  # a Behaviour
    made = tagger("openai-compatible:some-model")
    for _ in range(2):
        told = await made.observe(rendition, facts)
        assert len(told.observations) == 3
        assert told.usage.requests == 1
    assert [one.mode for one in server.received] == [*tried, tried[-1]]


async def test_photos_at_once_agree_on_the_mode(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Photos that meet the same rejection together move on by one mode, not by several."""
    server.plays(without("json_schema"))  # type: ignore[arg-type]  # a Behaviour
    made = tagger("openai-compatible:some-model")
    answers = await asyncio.gather(*(made.observe(rendition, facts) for _ in range(8)))
    assert all(len(told.observations) == 3 for told in answers)
    assert {one.mode for one in server.received} == {"json_schema", "tool"}


async def test_schema_is_in_the_prompt_when_nothing_enforces_it(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """In the last mode the model is told the form of the answer in words."""
    server.plays(without("json_schema", "tool"))  # type: ignore[arg-type]  # a Behaviour
    await tagger("openai-compatible:some-model").observe(rendition, facts)
    told = "".join(
        str(one["content"])
        for one in server.received[-1].body["messages"]
        if one["role"] == "system"
    )
    assert '"additionalProperties"' in told


async def test_profile_knows_what_a_model_lacks(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Ollama's cloud takes a schema and ignores it, so it is not asked for one."""
    server.plays(calls_tool(json.dumps(answer())))
    await tagger("ollama:qwen3-vl:235b-cloud").observe(rendition, facts)
    assert [one.mode for one in server.received] == ["tool"]


async def test_other_rejections_do_not_change_the_mode(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """A photo that is rejected for itself says nothing of modes."""
    server.plays(error(400, "Could not decode the picture"), chat(answer()))
    made = tagger()
    with pytest.raises(TaggerAnswerError, match="rejects the request"):
        await made.observe(rendition, facts)
    await made.observe(rendition, facts)
    assert [one.mode for one in server.received] == ["json_schema", "json_schema"]


async def test_blind_model_is_not_asked_in_every_mode(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """No output mode gives eyes to a model."""
    server.plays(error(404, "No endpoints found that support image input and structured outputs"))
    with pytest.raises(TaggerSetupError, match="cannot look at pictures"):
        await tagger("openrouter:openai/gpt-3.5-turbo").observe(rendition, facts)
    assert len(server.received) == 1
