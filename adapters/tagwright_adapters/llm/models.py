"""A client of one service as pydantic-ai has it. Takes seconds to import."""

from __future__ import annotations

from typing import cast

import httpx2
from openai import AsyncOpenAI
from pydantic_ai.models import Model
from pydantic_ai.models.ollama import OllamaModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.profiles.grok import GrokModelProfile, grok_model_profile
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.providers.openrouter import OpenRouterProvider

from tagwright_adapters.llm.target import Target

# Prompted output comes last: a server that has rejected response_format before would reject it
# again.
_PLAIN = ModelProfile(supports_json_object_output=False)


def make_model(target: Target, http: httpx2.AsyncClient) -> Model:
    """Return a client that talks over ``http``. Bedrock's is made elsewhere: it brings its own."""
    if target.scheme == "anthropic":
        return _claude(target, http)
    if target.scheme == "gemini":
        return _gemini(target, http)
    return _chat(target, http)


def _chat(target: Target, http: httpx2.AsyncClient) -> Model:
    """Return a client of OpenAI's chat completions, which most services speak."""
    client = AsyncOpenAI(
        api_key=target.key or "none",
        base_url=target.base_url,
        http_client=http,
        max_retries=0,
    )
    if target.scheme == "openai":
        provider = OpenAIProvider(openai_client=client)
        return OpenAIChatModel(target.model, provider=provider, profile=_PLAIN)
    # Read from the environment by the client, and nobody else's business.
    client.organization = client.project = None
    match target.scheme:
        case "openrouter":
            router = OpenRouterProvider(openai_client=client)
            return OpenRouterModel(target.model, provider=router, profile=_PLAIN)
        case "xai":
            return _grok(target, client)
        case "ollama":
            return _ollama(target, client)
        case _:
            server = OpenAICompatibleProvider(target.scheme, openai_client=client)
            return OpenAIChatModel(target.model, provider=server, profile=_compatible())


def _compatible() -> OpenAIModelProfile:
    return OpenAIModelProfile(
        supports_json_object_output=False,
        openai_chat_supports_max_completion_tokens=False,
    )


def _ollama(target: Target, client: AsyncOpenAI) -> Model:
    profile = _compatible()
    if target.ollama_cloud:
        profile["supports_json_schema_output"] = False  # taken there, but not enforced
    return OllamaModel(target.model, provider=OllamaProvider(openai_client=client), profile=profile)


def _grok(target: Target, client: AsyncOpenAI) -> Model:
    # Not by xAI's own client: it speaks gRPC, which has no address that can be given, no headers
    # and no proxy as the others have; weighs 45 MB; and rules out current versions of packaging.
    known = cast(GrokModelProfile, grok_model_profile(target.model) or {})
    efforts = known.get("grok_reasoning_efforts")
    profile = OpenAIModelProfile(
        supports_json_object_output=False,
        supports_json_schema_output=True,
        supports_tools=True,
        supports_thinking=bool(efforts),
    )
    if efforts:
        profile["openai_reasoning_efforts"] = efforts
    provider = OpenAICompatibleProvider("xai", openai_client=client)
    return OpenAIChatModel(target.model, provider=provider, profile=profile)


def _claude(target: Target, http: httpx2.AsyncClient) -> Model:
    # As slow to import as all the rest together, and of use to nobody else.
    from anthropic import AsyncAnthropic  # noqa: PLC0415
    from pydantic_ai.models.anthropic import AnthropicModel  # noqa: PLC0415
    from pydantic_ai.providers.anthropic import AnthropicProvider  # noqa: PLC0415

    client = AsyncAnthropic(
        api_key=target.key, base_url=target.base_url, http_client=http, max_retries=0
    )
    provider = AnthropicProvider(anthropic_client=client)
    return AnthropicModel(target.model, provider=provider, profile=_PLAIN)


def _gemini(target: Target, http: httpx2.AsyncClient) -> Model:
    # An extra of its own, for its size.
    from pydantic_ai.models.google import GoogleModel  # noqa: PLC0415
    from pydantic_ai.providers.google import GoogleProvider  # noqa: PLC0415

    provider = GoogleProvider(api_key=target.key, base_url=target.base_url, http_client=http)
    return GoogleModel(target.model, provider=provider, profile=_PLAIN)
