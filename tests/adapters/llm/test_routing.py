"""Who may run a model behind OpenRouter."""

from __future__ import annotations

from typing import Any

import pytest

from tagwright.errors import ConfigurationError
from tagwright.model import Facts, Rendition
from tagwright_adapters.llm import factory

from .conftest import Make, context
from .replies import answer, chat, error, routed
from .server import ModelServer

SPEC = "openrouter:google/gemma-3-27b-it"


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, None),
        (
            {"providers": ["deepinfra", "google-vertex"]},
            {"order": ["deepinfra", "google-vertex"], "allow_fallbacks": False},
        ),
        (
            {"providers": ["deepinfra"], "allow_fallbacks": True},
            {"order": ["deepinfra"], "allow_fallbacks": True},
        ),
        (
            {"data_collection": "deny", "zdr": True, "require_parameters": True},
            {"data_collection": "deny", "zdr": True, "require_parameters": True},
        ),
        ({"quantizations": ["bf16", "fp8"]}, {"quantizations": ["bf16", "fp8"]}),
        ({"zdr": False}, {"zdr": False}),
    ],
)
async def test_wishes_go_along(
    server: ModelServer,
    tagger: Make,
    rendition: Rendition,
    facts: Facts,
    options: dict[str, Any],
    sent: dict[str, Any] | None,
) -> None:
    """Named providers are the only ones, unless said otherwise; nothing is sent unasked."""
    server.plays(routed(chat(answer())))
    await tagger(SPEC, **options).observe(rendition, facts)
    assert server.received[0].body.get("provider") == sent


def test_providers_make_another_question() -> None:
    """Who answers, and how exactly it computes, is another model; who may not see a picture not."""

    def recipe(**options: Any) -> dict[str, object]:
        return dict(factory.create(context(SPEC, **options)).recipe)

    plain = recipe()
    assert recipe(providers=["deepinfra"]) == {**plain, "providers": ["deepinfra"]}
    assert recipe(providers=["a", "b"]) != recipe(providers=["b", "a"])
    assert recipe(quantizations=["fp8"]) == {**plain, "quantizations": ["fp8"]}
    assert recipe(zdr=True, data_collection="deny", require_parameters=True) == plain
    assert recipe(allow_fallbacks=False) == plain


@pytest.mark.parametrize(
    ("spec", "options", "words"),
    [
        (SPEC, {"quantizations": ["tiny"]}, "quantizations"),
        (SPEC, {"data_collection": "maybe"}, "data_collection"),
        (SPEC, {"region": "eu-central-1"}, "'region'"),
        ("openai:gpt-4o-mini", {"providers": ["azure"]}, "'providers'"),
        ("openai:gpt-4o-mini", {"requests_per_minute": 0}, "requests_per_minute"),
    ],
)
def test_mistakes_are_named(spec: str, options: dict[str, Any], words: str) -> None:
    """An option of another service is none of this one."""
    with pytest.raises(ConfigurationError, match=words) as caught:
        factory.create(context(spec, **options))
    assert caught.value.cure is not None
    assert caught.value.cure.startswith("Options are:")


async def test_model_that_is_given_away(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """Its name goes as it is, and it costs nothing, as nobody has to say."""
    server.plays(routed(chat(answer())))
    told = await tagger(f"{SPEC}:free").observe(rendition, facts)
    assert server.received[0].body["model"] == "google/gemma-3-27b-it:free"
    assert told.usage.cost == 0


async def test_nobody_that_may(
    server: ModelServer, tagger: Make, rendition: Rendition, facts: Facts
) -> None:
    """That no provider fits the wishes stops the run: every photo would fail alike."""
    server.plays(error(404, "No allowed providers are available for the selected model."))
    with pytest.raises(Exception, match="No allowed providers") as caught:
        await tagger(SPEC, providers=["nobody"]).observe(rendition, facts)
    assert getattr(caught.value, "stops_run", False)
