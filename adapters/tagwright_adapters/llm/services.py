"""The services that serve models, and what is usual with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

LargeVocabulary: TypeAlias = Literal["shortlist", "free"]

# Ollama and LM Studio cut prompts to 4,096 tokens and do not say so; and what is left of them
# beside instructions, picture and answer.
_LOCAL_PROMPT = 4_096
_LOCAL_CONCEPTS = 100
_LOCAL_TOKENS = 1_200


@dataclass(frozen=True, slots=True)
class Service:
    """One way to reach a model."""

    title: str  # as people call it
    about: str  # what it is and what leaves the house
    example: str  # a specification, for messages
    key: str  # environment variable of its key
    base_url: str | None = None  # usual address; None: the user must give one
    path: str = "/v1"  # of an address that is given without any
    probe: str = "/models"  # below the address; costs nothing
    needs_key: bool = True
    own: bool = False  # whether it may be a server on one's own machine
    concurrency: int = 16  # photos at once
    timeout: float = 120.0  # s, for one answer
    max_concepts: int = 2_000  # larger vocabularies are not offered whole
    max_vocabulary_tokens: int = 40_000  # likewise
    large_vocabulary: LargeVocabulary = "shortlist"
    bounds_integers: bool = False  # whether it takes and enforces schemas with minimum and maximum
    prompt_tokens: int | None = None  # longest prompt with its answer, unless the server is told
    caches_from: int | None = None  # tokens; equal beginnings that long are cheaper; None: unknown


# What is enforced, by documentation and issue reports of 2025 and 2026:
# - OpenAI (platform.openai.com/docs/guides/structured-outputs): minimum and maximum; at most 1,000
#   enum values in a schema, and the schema is paid for as part of the prompt, so that bounds do
#   for nothing what a list of numbers would be charged for. Not for fine-tuned models ("ft:…").
# - Ollama hands schemas to llama.cpp (grammars/README.md there): minimum and maximum of integers.
# - Anthropic (docs.claude.com, structured outputs): rejects minimum and maximum with a 400, and
#   long enums as "the compiled grammar is too large", from a size that is not documented.
# - Gemini (ai.google.dev, structured output): bounds, and long enums rejected as too complex.
# - OpenRouter and compatible servers may be any of these, and another one for the next photo.
# Where numbers are not bounded, they are still checked, as everywhere.
SERVICES: Mapping[str, Service] = {
    "anthropic": Service(
        title="Anthropic",
        about="Claude models; pictures go to Anthropic, each is paid",
        example="anthropic:claude-haiku-4-5",
        key="ANTHROPIC_API_KEY",
        base_url="https://api.anthropic.com",
        path="",
        probe="/v1/models",
        caches_from=4_096,  # Haiku 4.5, Opus 4.5 and later; 1,024 or 2,048 for others
    ),
    "bedrock": Service(
        title="Amazon Bedrock",
        about="Claude, Nova, Llama and others in an AWS region of yours; pictures go there, paid",
        example="bedrock:eu.anthropic.claude-haiku-4-5-20251001-v1:0",
        key="AWS_BEARER_TOKEN_BEDROCK",
        base_url="https://bedrock-runtime.{region}.amazonaws.com",
        path="",
        probe="/",
        needs_key=False,  # signed with AWS's own credentials as a rule
    ),
    "gemini": Service(
        title="Gemini",
        about="Gemini models; pictures go to Google, each is paid",
        example="gemini:gemini-2.5-flash",
        key="GEMINI_API_KEY",
        base_url="https://generativelanguage.googleapis.com",
        path="",
        probe="/v1beta/models",
        caches_from=1_024,  # 2.5 Flash; 2,048 or 4,096 for others
    ),
    "ollama": Service(
        title="Ollama",
        about="open models on your own machine; nothing leaves it, nothing is paid",
        example="ollama:llama3.2-vision",
        key="OLLAMA_API_KEY",
        base_url="http://127.0.0.1:11434/v1",
        needs_key=False,
        own=True,
        concurrency=4,
        timeout=300.0,
        bounds_integers=True,
        prompt_tokens=_LOCAL_PROMPT,
        max_concepts=_LOCAL_CONCEPTS,
        max_vocabulary_tokens=_LOCAL_TOKENS,
        large_vocabulary="free",
    ),
    "openai": Service(
        title="OpenAI",
        about="GPT models; pictures go to OpenAI, each is paid",
        example="openai:gpt-4o-mini",
        key="OPENAI_API_KEY",
        base_url="https://api.openai.com/v1",
        bounds_integers=True,
        caches_from=1_024,
    ),
    "openai-compatible": Service(
        title="the OpenAI-compatible server",
        about="LM Studio, llama.cpp, vLLM and others; pictures go to your base_url",
        example="openai-compatible:qwen2.5-vl-7b",
        key="OPENAI_COMPATIBLE_API_KEY",
        needs_key=False,
        own=True,
        concurrency=4,
        timeout=300.0,
        prompt_tokens=_LOCAL_PROMPT,
        max_concepts=_LOCAL_CONCEPTS,
        max_vocabulary_tokens=_LOCAL_TOKENS,
        large_vocabulary="free",
    ),
    "openrouter": Service(
        title="OpenRouter",
        about="most models there are; pictures go to OpenRouter and on to who runs the model, paid",
        example="openrouter:google/gemini-2.5-flash",
        key="OPENROUTER_API_KEY",
        base_url="https://openrouter.ai/api/v1",
    ),
    "xai": Service(
        title="xAI",
        about="Grok models; pictures go to xAI, each is paid",
        example="xai:grok-4.3",
        key="XAI_API_KEY",
        base_url="https://api.x.ai/v1",
    ),
}
