"""The way to a model through pydantic-ai. Takes seconds to import: loaded with the first photo."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal, cast

import httpx2
from pydantic_ai import BinaryContent, ModelHTTPError, ModelRequest, ModelResponse, UserPromptPart
from pydantic_ai.direct import model_request
from pydantic_ai.exceptions import UnexpectedModelBehavior
from pydantic_ai.messages import TextPart, ToolCallPart
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.openrouter import OpenRouterModelSettings, OpenRouterProviderConfig
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from tagwright.model import Usage
from tagwright.ports import Quota
from tagwright_adapters.llm import failures
from tagwright_adapters.llm.exchange import Question, Reply
from tagwright_adapters.llm.models import make_model
from tagwright_adapters.llm.probing import probe
from tagwright_adapters.llm.quota import read_quota
from tagwright_adapters.llm.target import Target

_CONNECT = 10.0  # s
_NAME = "photo"  # of the schema and of the tool, for services that want one

Mode = Literal["native", "tool", "prompted"]


class Connection:
    """Open connections to one model. Retries nothing: that is for the pipeline to decide."""

    def __init__(self, target: Target, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        """Send nothing yet; ``transport`` stands in for the network where nothing is to go out.

        Raises:
            TaggerSetupError: AWS credentials are wanted, and there are none.
        """
        self._target = target
        self._quota: Quota | None = None
        self._http = open_http(target, transport)
        self._http.event_hooks["response"].append(self._note_quota)
        self._model = self._open()
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

    async def probe(self) -> None:
        """Ask for nothing that costs; raises a TaggerError unless the service is there."""
        await probe(self._http, self._target)

    def quota(self) -> Quota | None:
        """Return the newest of what the service has said of its limits since last asked."""
        said, self._quota = self._quota, None
        return said

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    def _open(self) -> Model:
        if self._target.scheme != "bedrock":
            return make_model(self._target, self._http)
        # An extra of its own.
        from tagwright_adapters.llm.bedrock import make_bedrock_model  # noqa: PLC0415

        model, self._target = make_bedrock_model(self._target, _CONNECT)
        return model

    async def _note_quota(self, response: httpx2.Response) -> None:
        self._quota = read_quota(response.headers, datetime.now(UTC)) or self._quota

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
        if self._target.routing:
            settings |= _routed(self._target)
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
        timeout=httpx2.Timeout(target.timeout, connect=min(_CONNECT, target.timeout), pool=None),
        limits=httpx2.Limits(max_connections=None, max_keepalive_connections=64),
        # A proxy is for the way out; what stays on this machine must not take it.
        trust_env=not target.loopback,
    )


def _tells_key(exc: Exception, target: Target) -> bool:
    """Say whether a traceback would show the key: some servers repeat the one they reject."""
    if not target.secrets:
        return False
    told = "".join(traceback.format_exception(exc))
    return any(secret in told for secret in target.secrets)


def _routed(target: Target) -> ModelSettings:
    provider = cast(OpenRouterProviderConfig, dict(target.routing))
    return cast(ModelSettings, OpenRouterModelSettings(openrouter_provider=provider))


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
    if not (response.parts or response.finish_reason or response.usage.input_tokens):
        raise UnexpectedModelBehavior("")  # Google's client makes that of any JSON whatever
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
    """US dollars: as billed where the service says so, else by the user's or the bundled prices."""
    if target.free:
        return Decimal(0)
    billed = (response.provider_details or {}).get("cost")
    if isinstance(billed, int | float):
        return Decimal(str(billed))
    if target.prices is not None:
        return target.prices.cost(response.usage.input_tokens, response.usage.output_tokens)
    if not response.model_name:
        return None
    try:
        return response.cost().total_price
    except (LookupError, ValueError):
        return None
