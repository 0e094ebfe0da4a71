"""The settings of policy and rules, as they stand in the file."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from tagwright.captions import MOST_CHARACTERS, PLACEHOLDER, plain
from tagwright.model import COLOUR_LABELS


class Section(BaseModel):
    """A table in the file: what it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


def _printable(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        msg = "the name has a blank at an end or a control character"
        raise ValueError(msg)
    return text


def _colour_label(name: str) -> str:
    if name not in COLOUR_LABELS:
        msg = f"there is no colour label {name!r}; there are {', '.join(COLOUR_LABELS)}"
        raise ValueError(msg)
    return name


_Threshold = Annotated[float, Field(ge=0.0, le=1.0)]
_Texts = Annotated[tuple[str, ...], BeforeValidator(_listed)]
_Album = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_printable)]
_Title = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
_ColourLabel = Annotated[str, AfterValidator(_colour_label)]
_Days = Annotated[tuple[str | date, ...], BeforeValidator(_listed)]
_Latitude = Annotated[float, Field(ge=-90.0, le=90.0)]
_Longitude = Annotated[float, Field(ge=-180.0, le=180.0)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class _Thresholds(Section):
    apply: _Threshold | None = Field(default=None, description="confidence to write")
    review: _Threshold | None = Field(default=None, description="confidence to ask a person")

    @model_validator(mode="after")
    def _ordered(self) -> _Thresholds:
        if self.apply is not None and self.review is not None and self.review > self.apply:
            msg = "review must not be above apply"
            raise ValueError(msg)
        return self


class TaggerBounds(_Thresholds):
    """What holds for one tagger."""


class ConceptBounds(_Thresholds):
    """What holds for one concept and those below it."""

    max_tags: int | None = Field(
        default=None, ge=0, le=100, description="most tags of this branch written to one photo"
    )


class PolicySection(Section):
    """When a suggestion becomes a tag."""

    apply: _Threshold = Field(default=0.8, description="confidence from which tags are written")
    review: _Threshold = Field(default=0.5, description="confidence from which a person is asked")
    max_tags: int = Field(default=12, ge=1, le=100, description="most tags written to one photo")
    write: Literal["leaf", "path"] = Field(
        default="leaf", description="leaf: narrower concepts only; path: broader ones as tags too"
    )
    stop: _Texts = Field(default=(), description="concepts that are never suggested")
    noise: float = Field(
        default=0.5, gt=0.0, le=1.0, description="share of photos from which a tag is noise"
    )
    noise_photos: int = Field(
        default=200, ge=1, description="photos from which 'status' looks for noise"
    )
    taggers: dict[str, TaggerBounds] = Field(
        default_factory=dict, description="thresholds by tagger: a scheme or a specification"
    )
    concepts: dict[str, ConceptBounds] = Field(
        default_factory=dict, description="bounds by concept: a path, label or id"
    )

    @model_validator(mode="after")
    def _ordered(self) -> PolicySection:
        if self.review > self.apply:
            msg = "review must not be above apply"
            raise ValueError(msg)
        return self


class NearSection(Section):
    """A circle on the map."""

    latitude: _Latitude
    longitude: _Longitude
    km: float = Field(gt=0.0, description="radius")


class BoxSection(Section):
    """A rectangle on the map, in degrees."""

    south: _Latitude
    west: _Longitude
    north: _Latitude
    east: _Longitude

    @model_validator(mode="after")
    def _ordered(self) -> BoxSection:
        if self.south > self.north:
            msg = "south must not be above north"
            raise ValueError(msg)
        return self


class WhenSection(Section):
    """Conditions of a rule; all that are given must hold."""

    all: _Texts = ()
    any: _Texts = ()
    none: _Texts = ()
    places: _Texts = ()
    near: NearSection | None = None
    box: BoxSection | None = None
    dates: _Days = ()
    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], BeforeValidator(_listed)] = ()
    weekdays: Annotated[tuple[Weekday, ...], BeforeValidator(_listed)] = ()
    folders: _Texts = ()
    cameras: _Texts = ()
    taggers: _Texts = ()


class ThenSection(Section):
    """What a rule does."""

    add: _Texts = ()
    review: Literal[True] | _Texts = ()
    drop: _Texts = ()
    leave_alone: bool = False
    caption: str = Field(default="", max_length=MOST_CHARACTERS)
    title: _Title = ""
    rating: int = Field(default=0, ge=1, le=5, description="stars")
    colour_label: _ColourLabel = ""
    albums: Annotated[tuple[_Album, ...], BeforeValidator(_listed)] = ()

    @field_validator("caption")
    @classmethod
    def _is_caption(cls, caption: str) -> str:
        if not plain(caption):
            msg = "the caption is empty"
            raise ValueError(msg)
        if set("{}") & set(caption.replace(PLACEHOLDER, "")):
            msg = f"the caption holds a brace; the only placeholder is {PLACEHOLDER}"
            raise ValueError(msg)
        return caption


class RuleSection(Section):
    """If ``when`` holds of a photo, ``then`` happens."""

    name: str = Field(min_length=1, max_length=60)
    when: WhenSection
    then: ThenSection

    @model_validator(mode="after")
    def _complete(self) -> RuleSection:
        if not any(getattr(self.when, name) for name in WhenSection.model_fields):
            msg = f"the rule {self.name!r} has no condition under 'when'"
            raise ValueError(msg)
        if not any(getattr(self.then, name) for name in ThenSection.model_fields):
            msg = f"the rule {self.name!r} does nothing: 'then' is empty"
            raise ValueError(msg)
        if not self.name.isprintable():
            msg = "the rule's name contains a control character"
            raise ValueError(msg)
        return self
