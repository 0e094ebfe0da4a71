"""What users may set for a language model: of all services, and of some alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tagwright.errors import ConfigurationError
from tagwright.taggers import TaggerContext
from tagwright_adapters.llm.disclosure import ContextField
from tagwright_adapters.llm.services import LargeVocabulary

Quantization: TypeAlias = Literal[
    "int4", "int8", "fp4", "mxfp4", "nvfp4", "fp6", "fp8", "mxfp8", "fp16", "bf16", "fp32"
]


class Options(BaseModel):
    """What a user may set in the tagger's section. What is not set is as usual for the service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str | None = Field(default=None, description="address of the service")
    concurrency: int | None = Field(default=None, ge=1, le=256, description="photos at once")
    requests_per_minute: float | None = Field(
        default=None, gt=0, description="most requests a minute, over all models of the account"
    )
    tokens_per_minute: float | None = Field(default=None, gt=0, description="likewise, tokens")
    timeout: float | None = Field(default=None, gt=0, le=3600, description="s, for one answer")
    max_tokens: int = Field(default=4096, ge=256, le=65536, description="longest answer")
    max_concepts: int | None = Field(
        default=None, ge=0, le=10_000, description="largest vocabulary offered whole; 0: no offer"
    )
    max_vocabulary_tokens: int | None = Field(
        default=None, ge=1, le=1_000_000, description="likewise, by an estimate of its tokens"
    )
    large_vocabulary: LargeVocabulary | None = Field(
        default=None, description="what to do with a larger one"
    )
    free_labels: bool = Field(default=True, description="ask for labels beside the vocabulary")
    context: tuple[ContextField, ...] = Field(
        default=(), description="facts that are sent beside the picture"
    )

    @property
    def routing(self) -> Mapping[str, object]:
        """Who may serve a request, as the service wants it said; empty: nothing to say."""
        return {}

    @property
    def pinned(self) -> Mapping[str, object]:
        """What of it makes another question, for the recipe."""
        return {}


class OpenRouterOptions(Options):
    """Who may run the model, behind OpenRouter."""

    providers: tuple[str, ...] = Field(default=(), description="who may run it, best first")
    allow_fallbacks: bool | None = Field(
        default=None, description="whether others may where none of them can"
    )
    data_collection: Literal["allow", "deny"] | None = Field(
        default=None, description='"deny": nobody who keeps or learns from what is sent'
    )
    zdr: bool | None = Field(default=None, description="only who keeps nothing at all")
    require_parameters: bool | None = Field(
        default=None, description="only who enforces the form of answers"
    )
    quantizations: tuple[Quantization, ...] = Field(
        default=(), description="precisions in which it may run"
    )

    @property
    def routing(self) -> Mapping[str, object]:
        """OpenRouter's ``provider`` object. Providers that are named are the only ones."""
        fallbacks = self.allow_fallbacks
        if fallbacks is None and self.providers:
            fallbacks = False  # a picture does not go where nobody has said that it may
        said: dict[str, object] = {
            "order": list(self.providers) or None,
            "allow_fallbacks": fallbacks,
            "data_collection": self.data_collection,
            "zdr": self.zdr,
            "require_parameters": self.require_parameters,
            "quantizations": list(self.quantizations) or None,
        }
        return {name: value for name, value in said.items() if value is not None}

    @property
    def pinned(self) -> Mapping[str, object]:
        """Providers and precisions: theirs are different answers of what is called one model.

        The others only say who must not see a picture. An answer that is there already is none
        the worse for a stricter rule, and is not paid for again.
        """
        pinned = {"providers": list(self.providers), "quantizations": list(self.quantizations)}
        return {name: value for name, value in pinned.items() if value}


class BedrockOptions(Options):
    """Where the model runs."""

    region: str | None = Field(
        default=None, pattern=r"^[a-z0-9-]{1,40}$", description="of AWS, such as eu-central-1"
    )


_FORMS: Mapping[str, type[Options]] = {"bedrock": BedrockOptions, "openrouter": OpenRouterOptions}


def read_options(context: TaggerContext) -> Options:
    """Check the tagger's section.

    Raises:
        ConfigurationError: an option is unknown or has a value that cannot be.
    """
    form = _FORMS.get(context.scheme, Options)
    try:
        return form.model_validate(dict(context.options))
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        msg = (
            f"the option {name!r} of the tagger {context.scheme!r} cannot be used: {first['msg']}."
        )
        raise ConfigurationError(msg, cure=f"Options are: {', '.join(form.model_fields)}.") from exc
