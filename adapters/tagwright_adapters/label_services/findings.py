"""What services say, as observations: bounded, tidy, each thing once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from tagwright.model import Kind, Observation
from tagwright.taxonomy.labels import fold, printable, tidy
from tagwright_adapters.basics.colours import colour_name
from tagwright_adapters.basics.labels import seen
from tagwright_adapters.basics.look import observe_shares

_LONGEST_CAPTION = 1_000  # characters
_MOST_WORDS = 2_000  # that are looked at


class Form(BaseModel):
    """A part of an answer. What is not named is passed over, so that services may grow."""

    model_config = ConfigDict(
        alias_generator=to_camel, frozen=True, hide_input_in_errors=True, populate_by_name=True
    )


def observed(
    label: str,
    confidence: float,
    kind: Kind,
    how: str,
    *,
    language: str | None = None,
    synonyms: Sequence[str] = (),
) -> Iterator[Observation]:
    """Yield the observation of a label, or nothing if there is nothing to read in it."""
    text = tidy(printable(label))
    if not fold(text):
        return
    others = dict.fromkeys(tidy(printable(other)) for other in synonyms)
    yield Observation(
        text,
        min(1.0, max(0.0, confidence)) if math.isfinite(confidence) else 0.0,
        kind=kind,
        synonyms=tuple(other for other in others if fold(other) not in ("", fold(text))),
        language=language,
        how=printable(how),
    )


def strongest(found: Iterable[Observation], least: float, most: int) -> tuple[Observation, ...]:
    """Return the surest observation of each label and kind, surest first."""
    ranked = sorted(found, key=lambda one: (-one.confidence, one.label, one.kind))
    best: dict[tuple[str, Kind], Observation] = {}
    for one in ranked:
        if one.confidence >= least:
            best.setdefault((fold(one.label), one.kind), one)
    return tuple(best.values())[:most]


def observed_colours(
    colours: Iterable[tuple[float, float, float, float]],
) -> Iterator[Observation]:
    """Yield the colours that dominate; each is red, green, blue (0 to 255) and a share (0 to 1)."""
    shares: dict[str, float] = {}
    for red, green, blue, share in colours:
        if math.isfinite(share) and share > 0:
            name = colour_name(_byte(red), _byte(green), _byte(blue))
            shares[name] = shares.get(name, 0.0) + share
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    yield from observe_shares({name: min(share, 1.0) for name, share in ranked})


def observed_text(text: str, title: str) -> Iterator[Observation]:
    """Yield "text" for a picture in which a service could read.

    What is read never becomes a label: a sign that says "beach" tags nothing.
    """
    words = text.split()[:_MOST_WORDS]
    if not any(len(word) >= 4 and word.isalnum() for word in words):
        return
    how = f'{title} read {len(words)} words: "{printable(" ".join(words), 150)}"'
    yield seen("text", 0.9 if len(words) >= 3 else 0.7, how)


def caption(text: str | None) -> str | None:
    """Return a caption fit to be kept, or None if there is nothing in it."""
    return tidy(printable(text or "", _LONGEST_CAPTION)) or None


def _byte(value: float) -> int:
    return min(255, max(0, round(value))) if math.isfinite(value) else 0
