"""The way to a model through pydantic-ai. Takes seconds to import: loaded with the first photo."""

from __future__ import annotations

import traceback
from decimal import Decimal
from typing import Literal

import httpx2
from openai import AsyncOpenAI
from pydantic_ai import BinaryContent, ModelHTTPError, ModelRequest, ModelResponse, UserPromptPart
from pydantic_ai.direct import model_request
from pydantic_ai.messages import TextPart, ToolCallPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.ollama import OllamaModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.models.openrouter import OpenRouterModel
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.ollama import OllamaProvider
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider
from pydantic_ai.providers.openrouter import OpenRouterProvider
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from tagwright.model import Usage
from tagwright_adapters.llm import failures
from tagwright_adapters.llm.exchange import Question, Reply
from tagwright_adapters.llm.target import Target

_CONNECT = 10.0  # s
_NAME = "photo"  # of the schema and of the tool, for services that want one

Mode = Literal["native", "tool", "prompted"]


class Connection:
    """Open connections to one model. Retries nothing: that is for the pipeline to decide."""

    def __init__(self, target: Target, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """Open it; ``transport`` stands in for the network where nothing is to go out."""
        self._target = target
        self._http = open_http(target, transport)
        self._model = _model(target, self._http)
        self._modes = _modes(self._model)

    async def ask(self, question: Question) -> Reply:
        """Put one question; a service that cannot do the output mode is asked in the next one.

        Raises:
            TaggerError: there is no reply.
        """
        while True:
            mode = self._modes[0]
            try:
                return _reply(await self._request(question, mode), self._target)
            except Exception as exc:  # noqa: BLE001 - whatever the clients make of hostile replies
                if question.schema is not None and self._falls_back(exc, mode):
                    continue
                error = failures.translate(exc, self._target)
                raise error from (None if _tells_key(exc, self._target) else exc)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _request(self, question: Question, mode: Mode) -> ModelResponse:
        shown = question.rendition
        pictures = [BinaryContent(shown.data, media_type=shown.media_type)] if shown else []
        message = ModelRequest(
            parts=[UserPromptPart([*pictures, question.request])],
            instructions=question.instructions,
        )
        settings = ModelSettings(
            max_tokens=question.max_tokens,
            request_timeout=self._target.timeout,  # over all, however slowly bytes drip
            thinking=False,
            cache={"messages": False},  # instructions are the same for every photo
        )
        return await model_request(
            self._model,
            [message],
            model_settings=settings,
            model_request_parameters=_parameters(question.schema, mode),
        )

    def _falls_back(self, exc: Exception, mode: Mode) -> bool:
        """Note, for as long as the process lives, that a mode does not work."""
        if not (isinstance(exc, ModelHTTPError) and failures.rejects_mode(exc)):
            return False
        if self._modes[0] == mode:
            if len(self._modes) == 1:
                return False
            del self._modes[0]
        return True  # else another photo has moved on meanwhile


def open_http(
    target: Target, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """Open connections to a service as each of its clients is to use them."""
    return httpx2.AsyncClient(
        transport=transport,
        timeout=httpx2.Timeout(target.timeout, connect=_CONNECT, pool=None),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=64),
        # A proxy is for the way out; what stays on this machine must not take it.
        trust_env=not target.loopback,
    )


def _tells_key(exc: Exception, target: Target) -> bool:
    """Say whether a traceback would show the key: some servers repeat the one they reject."""
    return target.key is not None and target.key in "".join(traceback.format_exception(exc))


def _model(target: Target, http: httpx2.AsyncClient) -> Model:
    # Prompted output comes last: a server that has rejected response_format before would reject
    # it again.
    plain = ModelProfile(supports_json_object_output=False)
    if target.scheme == "anthropic":
        return _claude(target, http, plain)
    client = AsyncOpenAI(
        api_key=target.key or "none",
        base_url=target.base_url,
        http_client=http,
        max_retries=0,
    )
    if target.scheme == "openai":
        return OpenAIChatModel(
            target.model, provider=OpenAIProvider(openai_client=client), profile=plain
        )
    # Read from the environment by the client, and nobody else's business.
    client.organization = client.project = None
    if target.scheme == "openrouter":
        return OpenRouterModel(
            target.model, provider=OpenRouterProvider(openai_client=client), profile=plain
        )
    profile = OpenAIModelProfile(
        supports_json_object_output=False,
        openai_chat_supports_max_completion_tokens=False,
    )
    if target.scheme == "ollama":
        if target.ollama_cloud:
            profile["supports_json_schema_output"] = False  # taken there, but not enforced
        return OllamaModel(
            target.model, provider=OllamaProvider(openai_client=client), profile=profile
        )
    server = OpenAICompatibleProvider(target.scheme, openai_client=client)
    return OpenAIChatModel(target.model, provider=server, profile=profile)


def _claude(target: Target, http: httpx2.AsyncClient, profile: ModelProfile) -> Model:
    # As slow to import as all the rest together, and of use to nobody else.
    from anthropic import AsyncAnthropic  # noqa: PLC0415
    from pydantic_ai.models.anthropic import AnthropicModel  # noqa: PLC0415
    from pydantic_ai.providers.anthropic import AnthropicProvider  # noqa: PLC0415

    client = AsyncAnthropic(
        api_key=target.key, base_url=target.base_url, http_client=http, max_retries=0
    )
    provider = AnthropicProvider(anthropic_client=client)
    return AnthropicModel(target.model, provider=provider, profile=profile)


def _modes(model: Model) -> list[Mode]:
    modes: list[Mode] = []
    if model.profile.get("supports_json_schema_output"):
        modes.append("native")
    if model.profile.get("supports_tools"):
        modes.append("tool")
    return [*modes, "prompted"]


def _parameters(schema: dict[str, object] | None, mode: Mode) -> ModelRequestParameters:
    if schema is None:
        return ModelRequestParameters(output_mode="text")
    if mode == "tool":
        tool = ToolDefinition(
            name=_NAME,
            description="Hand in what you found.",
            parameters_json_schema=schema,
            kind="output",
            strict=True,
        )
        return ModelRequestParameters(
            output_mode="tool", output_tools=[tool], allow_text_output=False
        )
    form = OutputObjectDefinition(json_schema=schema, name=_NAME, strict=True)
    return ModelRequestParameters(output_mode=mode, output_object=form)


def _reply(response: ModelResponse, target: Target) -> Reply:
    details = response.provider_details or {}
    calls = [part.args_as_json_str() for part in response.parts if isinstance(part, ToolCallPart)]
    texts = [part.content for part in response.parts if isinstance(part, TextPart)]
    refused = response.finish_reason == "content_filter"
    return Reply(
        text="\n".join(calls or texts),
        model=response.model_name or target.model,
        usage=Usage(
            requests=1,
            input_tokens=response.usage.input_tokens,
            output_tokens=response.usage.output_tokens,
            cost=_cost(response, target),
        ),
        refusal=str(details.get("refusal") or "\n".join(texts)) if refused else None,
        cut_off=response.finish_reason == "length",
    )


def _cost(response: ModelResponse, target: Target) -> Decimal | None:
    """US dollars: as billed where the service says so, else by the bundled price list."""
    if target.free:
        return Decimal(0)
    billed = (response.provider_details or {}).get("cost")
    if isinstance(billed, int | float):
        return Decimal(str(billed))
    if not response.model_name:
        return None
    try:
        return response.cost().total_price
    except (LookupError, ValueError):
        return None
