"""The services that serve models, and what is usual with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_CLOUD = 2_000  # concepts; about 20,000 tokens, cached by the services between photos
_LOCAL = 100  # concepts; Ollama and LM Studio cut prompts to 4,096 tokens and do not say so


@dataclass(frozen=True, slots=True)
class Service:
    """One way to reach a model."""

    title: str  # as people call it
    about: str  # what it is and what leaves the house
    example: str  # a specification, for messages
    key: str  # environment variable of its key
    base_url: str | None = None  # usual address; None: the user must give one
    needs_key: bool = True
    concurrency: int = 16  # photos at once
    timeout: float = 120.0  # s, for one answer
    max_concepts: int = _CLOUD  # larger vocabularies are not offered


SERVICES: Mapping[str, Service] = {
    "anthropic": Service(
        title="Anthropic",
        about="Claude models; pictures go to Anthropic, each is paid",
        example="anthropic:claude-haiku-4-5",
        key="ANTHROPIC_API_KEY",
        base_url="https://api.anthropic.com",
    ),
    "ollama": Service(
        title="Ollama",
        about="open models on your own machine; nothing leaves it, nothing is paid",
        example="ollama:llama3.2-vision",
        key="OLLAMA_API_KEY",
        base_url="http://127.0.0.1:11434/v1",
        needs_key=False,
        concurrency=4,
        timeout=300.0,
        max_concepts=_LOCAL,
    ),
    "openai": Service(
        title="OpenAI",
        about="GPT models; pictures go to OpenAI, each is paid",
        example="openai:gpt-4o-mini",
        key="OPENAI_API_KEY",
        base_url="https://api.openai.com/v1",
    ),
    "openai-compatible": Service(
        title="the OpenAI-compatible server",
        about="LM Studio, llama.cpp, vLLM and others; pictures go to your base_url",
        example="openai-compatible:qwen2.5-vl-7b",
        key="OPENAI_COMPATIBLE_API_KEY",
        needs_key=False,
        concurrency=4,
        timeout=300.0,
        max_concepts=_LOCAL,
    ),
    "openrouter": Service(
        title="OpenRouter",
        about="most models there are; pictures go to OpenRouter and on to who runs the model, paid",
        example="openrouter:google/gemini-2.5-flash",
        key="OPENROUTER_API_KEY",
        base_url="https://openrouter.ai/api/v1",
    ),
}
