"""What Google Cloud Vision says, as observations.

Its JSON leaves out what is zero or empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from tagwright.model import Kind, Observation
from tagwright_adapters.label_services.findings import (
    Form,
    observed,
    observed_colours,
    observed_text,
    strongest,
)
from tagwright_adapters.label_services.options import Options

TITLE = "Google Cloud Vision"
_LIKELY = {"LIKELY": 0.75, "VERY_LIKELY": 0.95}


class _Position(Form):
    latitude: float = 0.0
    longitude: float = 0.0


class _Location(Form):
    lat_lng: _Position = _Position()


class _Entity(Form):
    description: str = ""
    locale: str = ""
    score: float = 0.0
    locations: tuple[_Location, ...] = ()


class _Object(Form):
    name: str = ""
    score: float = 0.0


class _Rgb(Form):
    red: float = 0.0
    green: float = 0.0
    blue: float = 0.0


class _Colour(Form):
    color: _Rgb = _Rgb()
    pixel_fraction: float = 0.0


class _Colours(Form):
    colors: tuple[_Colour, ...] = ()


class _Properties(Form):
    dominant_colors: _Colours = _Colours()


class _SafeSearch(Form):
    adult: str = ""
    spoof: str = ""
    medical: str = ""
    violence: str = ""
    racy: str = ""


class _Status(Form):
    code: int = 0
    message: str = ""


class GoogleResponse(Form):
    """What is said of one picture."""

    error: _Status | None = None
    label_annotations: tuple[_Entity, ...] = ()
    localized_object_annotations: tuple[_Object, ...] = ()
    text_annotations: tuple[_Entity, ...] = ()  # the first is the whole text
    landmark_annotations: tuple[_Entity, ...] = ()
    logo_annotations: tuple[_Entity, ...] = ()
    image_properties_annotation: _Properties = _Properties()
    safe_search_annotation: _SafeSearch = _SafeSearch()


class GoogleAnswer(Form):
    """An answer of ``images:annotate``."""

    responses: tuple[GoogleResponse, ...] = Field(min_length=1)


def read(response: GoogleResponse, options: Options) -> Iterator[Observation]:
    """Yield what is seen, the surest labels first."""
    yield from strongest(_things(response), options.min_confidence, options.max_labels)
    yield from observed_colours(
        (one.color.red, one.color.green, one.color.blue, one.pixel_fraction)
        for one in response.image_properties_annotation.dominant_colors.colors
    )
    if response.text_annotations:
        yield from observed_text(response.text_annotations[0].description, TITLE)
    yield from _safe_search(response.safe_search_annotation)


def _things(response: GoogleResponse) -> Iterator[Observation]:
    for one in response.label_annotations:
        how, language = f"{TITLE}, label", one.locale or "en"
        yield from observed(one.description, one.score, Kind.OTHER, how, language=language)
    for thing in response.localized_object_annotations:
        yield from observed(thing.name, thing.score, Kind.OBJECT, f"{TITLE}, object", language="en")
    for one in response.landmark_annotations:
        yield from observed(
            one.description, one.score, Kind.PLACE, _landmark(one), language=one.locale or None
        )
    for one in response.logo_annotations:
        # Of the kind that only concepts for writing take: the logo of Apple is no apple.
        yield from observed(one.description, one.score, Kind.TEXT, f"{TITLE}, logo")


def _landmark(one: _Entity) -> str:
    at = one.locations[0].lat_lng if one.locations else None
    where = f" at {at.latitude:.3f}, {at.longitude:.3f}" if at else ""
    return f"{TITLE}, landmark{where}"


def _safe_search(found: _SafeSearch) -> Iterator[Observation]:
    for label, synonyms, likelihood in (
        ("explicit content", ("adult content", "nudity"), found.adult),
        ("meme", ("spoof",), found.spoof),
        ("medical", (), found.medical),
        ("violence", (), found.violence),
        ("suggestive content", ("racy",), found.racy),
    ):
        if likelihood in _LIKELY:
            how = f"{TITLE}, safe search: {likelihood.lower().replace('_', ' ')}"
            yield from observed(
                label, _LIKELY[likelihood], Kind.OTHER, how, language="en", synonyms=synonyms
            )
