"""Business profiles: who looks for photos, and what they search for."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

# Bounds keep a profile of anybody's own within what small models read to the end.
_Line = Annotated[str, StringConstraints(min_length=1, max_length=120)]
_Entry = Annotated[str, StringConstraints(min_length=1, max_length=400)]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=1_500)]
_MOST = 40  # entries of a list


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
    """What a business wants to know of its photos. Every text but the title is read by the model.

    Title and version are kept with each answer, for people to read.
    """

    title: _Line
    version: int = Field(default=1, ge=1)
    viewer: _Text  # who is looking and why
    searches: tuple[_Entry, ...] = Field(min_length=1, max_length=_MOST)  # what is searched for
    examples: tuple[_Line, ...] = Field(min_length=1, max_length=_MOST)  # tags in the style wanted
    leave_out: tuple[_Entry, ...] = Field(max_length=_MOST)
    house_style: tuple[_Entry, ...] = Field(default=(), max_length=_MOST)  # spelling and form
    caption: _Entry  # what a caption is like
    alt_text: _Entry  # what an alternative text is like
    tags: Range
    synonyms: Range
    kinds: dict[_Line, _Entry] = Field(min_length=1)  # kind of observation and what it means

    @model_validator(mode="after")
    def _asks_for_something(self) -> Profile:
        if self.tags.max == 0:
            msg = "tags: max is 0, and a model that may say nothing need not be asked"
            raise ValueError(msg)
        if "other" in self.kinds:
            msg = "kinds: 'other' is always there; leave it out"
            raise ValueError(msg)
        return self

    @property
    def edition(self) -> str:
        """Title and version, as they are kept with answers."""
        return f"{self.title}, version {self.version}"
