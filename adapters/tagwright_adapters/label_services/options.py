"""What users may set for a label service, and where their keys are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tagwright.errors import ConfigurationError, TaggerSetupError
from tagwright.taggers import TaggerContext


class Options(BaseModel):
    """What all of them have in common; each adds the features that it offers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str | None = Field(default=None, description="address of the service")
    concurrency: int | None = Field(default=None, ge=1, le=256, description="photos at once")
    requests_per_minute: float | None = Field(
        default=None, gt=0, description="most photos a minute, over all taggers of the account"
    )
    timeout: float = Field(default=30.0, gt=0, le=3600, description="s, for one answer")
    max_labels: int = Field(default=50, ge=1, le=200, description="most labels of one photo")
    min_confidence: float = Field(
        default=0.3, ge=0, le=1, description="labels that the service is less sure of are left out"
    )

    def recipe(
        self, service: str, api: str, reading: int, features: Iterable[str], language: str = "en"
    ) -> dict[str, object]:
        """Return all that shapes answers.

        Args:
            service: Its scheme.
            api: The version of its API.
            reading: The version of how answers are read.
            features: Those that are asked for, in the service's own order.
            language: Of labels, BCP 47.
        """
        return {
            "service": service,
            "api": api,
            "reading": reading,
            "features": list(features),
            "language": language,
            "max_labels": self.max_labels,
            "min_confidence": self.min_confidence,
        }


_Options = TypeVar("_Options", bound=Options)


def read_options(context: TaggerContext, form: type[_Options]) -> _Options:
    """Check the tagger's section.

    Raises:
        ConfigurationError: an option is unknown or has a value that cannot be.
    """
    try:
        return form.model_validate(dict(context.options))
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        msg = (
            f"the option {name!r} of the tagger {context.scheme!r} cannot be used: {first['msg']}."
        )
        raise ConfigurationError(msg, cure=f"Options are: {', '.join(form.model_fields)}.") from exc


def read_key(context: TaggerContext, title: str, name: str) -> str:
    """Return a key by the name of its variable.

    Raises:
        TaggerSetupError: there is none, or it holds what no key does.
    """
    key = (context.secret(name) or "").strip()
    if not key:
        msg = f"{title} needs a key, and {name} is not set."
        raise TaggerSetupError(msg, cure=f"Set {name}, or {name}_FILE to a file that holds it.")
    if not (key.isascii() and key.isprintable()) or " " in key:
        msg = f"{name} holds characters that no key has."
        raise TaggerSetupError(msg, cure="Copy the key anew, without quotes or line breaks.")
    return key


def read_address(context: TaggerContext, written: str, example: str) -> str:
    """Return an address without a slash at its end.

    Raises:
        ConfigurationError: it is none of the web, or holds a password.
    """
    try:
        parts = urlsplit(written.strip())
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.username or parts.password:
        msg = f"the address of the tagger {context.spec!r} is not one of the web."
        raise ConfigurationError(msg, cure=f"Write it as in {example!r}, without a password.")
    return parts._replace(path=parts.path.rstrip("/"), query="", fragment="").geturl()


def refuse_model(context: TaggerContext) -> None:
    """Raise where something stands behind the colon of a service that has but one model.

    Raises:
        ConfigurationError: it does.
    """
    if context.spec != context.scheme:
        msg = f"{context.spec!r} names a model, and this service lets nobody choose one."
        raise ConfigurationError(msg, cure=f"Write {context.scheme!r}.")
