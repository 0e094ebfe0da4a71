"""What a user may set in the sections ``[tagger.immich-ml]`` and ``[tagger.clip]``."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tagwright.errors import ConfigurationError
from tagwright.taggers import TaggerContext

_Chosen = TypeVar("_Chosen", bound="ScoringOptions")


class ScoringOptions(BaseModel):
    """How similarities become observations."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: str = Field(
        default="auto", min_length=2, description="of the prompts, BCP 47; auto: as the model reads"
    )
    logit_scale: float = Field(
        default=100.0, ge=1.0, le=1000.0, description="what the model multiplies similarities by"
    )
    min_confidence: float = Field(
        default=0.3, ge=0.0, le=1.0, description="below which nothing is said"
    )
    max_observations: int = Field(default=15, ge=1, le=1000, description="most said of one photo")


class ServiceOptions(ScoringOptions):
    """Options of the machine learning of an Immich installation."""

    base_url: str = Field(
        default="http://immich-machine-learning:3003", description="address of the service"
    )
    concurrency: int = Field(default=2, ge=1, le=64, description="photos at once")
    timeout: float = Field(default=60.0, gt=0, le=3600, description="s, for one answer")
    load_timeout: float = Field(
        default=600.0, gt=0, le=7200, description="s, for the first answer of each model"
    )
    ocr: bool = Field(default=False, description="also find text in pictures")
    ocr_model: str = Field(
        default="PP-OCRv5_mobile", min_length=1, description="as Immich's settings call it"
    )

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        value = value.strip()
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            msg = "it is no address of the web, such as http://127.0.0.1:3003"
            raise ValueError(msg)
        return parts._replace(path=parts.path.rstrip("/"), query="", fragment="").geturl()


class ModelOptions(ScoringOptions):
    """Options of a model in this process."""

    download_from: str = Field(
        default="https://huggingface.co/immich-app/{model}/resolve/main/{path}",
        description="where the files of a named model are",
    )

    @field_validator("download_from")
    @classmethod
    def _has_places(cls, value: str) -> str:
        bare = value.replace("{model}", "").replace("{path}", "")
        if not value.startswith(("http://", "https://")) or "{path}" not in value or "{" in bare:
            msg = "it must be an address with {path} in it, and {model} where it differs by model"
            raise ValueError(msg)
        return value


def read_options(form: type[_Chosen], context: TaggerContext) -> _Chosen:
    """Return the options of a tagger.

    Raises:
        ConfigurationError: one is unknown or has a value that cannot be used.
    """
    try:
        return form.model_validate(dict(context.options))
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        msg = f"the option {name!r} of the tagger {context.scheme!r} cannot be used: {reason}."
        cure = f"Options are: {', '.join(form.model_fields)}."
        raise ConfigurationError(msg, cure=cure) from exc
