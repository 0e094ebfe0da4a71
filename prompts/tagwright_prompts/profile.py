"""Business profiles: who looks for photos, and what they search for."""

from __future__ import annotations

import hashlib
import json
import tomllib
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator


class ProfileError(ValueError):
    """A profile does not exist or cannot be used."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Range(_Record):
    """How many of something are wanted."""

    min: int = Field(ge=0, le=50)
    max: int = Field(ge=0, le=50)

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.min > self.max:
            msg = f"min {self.min} is above max {self.max}"
            raise ValueError(msg)
        return self


class Profile(_Record):
    """What a business wants to know of its photos. Each text is read by the model."""

    title: str
    viewer: str = Field(min_length=1)  # who is looking and why
    searches: tuple[str, ...] = Field(min_length=1)  # what is searched for
    examples: tuple[str, ...] = Field(min_length=1)  # tags in the style wanted
    leave_out: tuple[str, ...]
    caption: str  # what a caption is like
    alt_text: str  # what an alternative text is like
    tags: Range
    synonyms: Range
    kinds: dict[str, str] = Field(min_length=1)  # kind of observation and what it means

    @property
    def key(self) -> str:
        """A hash of everything in it."""
        content = json.dumps(self.model_dump(mode="json"))
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def profiles() -> tuple[str, ...]:
    """Return the names of the profiles that come with Tagwright, sorted."""
    folder = resources.files(__package__) / "profiles"
    names = (item.name for item in folder.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def load_profile(name: str) -> Profile:
    """Return a profile that comes with Tagwright.

    Raises:
        ProfileError: there is none of that name, or its file is not as it should be.
    """
    if name not in profiles():
        msg = f"there is no profile {name!r}; choose one of: {', '.join(profiles())}."
        raise ProfileError(msg)
    text = (resources.files(__package__) / "profiles" / f"{name}.toml").read_text("utf-8")
    return parse_profile(text, name)


def parse_profile(text: str, name: str) -> Profile:
    """Return the profile that a TOML text describes.

    Raises:
        ProfileError: the text is not TOML, or has keys or values that a profile does not take.
    """
    try:
        return Profile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        msg = f"the profile {name!r} is not TOML: {exc}."
        raise ProfileError(msg) from exc
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        msg = f"the profile {name!r} cannot be used: {where}: {first['msg']}."
        raise ProfileError(msg) from exc
