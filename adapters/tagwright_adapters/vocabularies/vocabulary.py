"""What readers of vocabularies give back, and what writers make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tagwright.taxonomy import Entry, Problem, Taxonomy


@dataclass(frozen=True, slots=True)
class Content:
    """What one file says, before it is checked."""

    entries: list[Entry]
    name: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A taxonomy as it was read from somewhere, with what its reader has to say."""

    taxonomy: Taxonomy
    warnings: tuple[Problem, ...] = ()  # what was mended or left out, in the order of lines
    photos: Mapping[str, int] = field(default_factory=dict)
    """How many photos carry each concept itself, by identifier, where the source knows."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A taxonomy in some format."""

    text: str
    losses: tuple[str, ...] = ()  # what the format has no place for, each a phrase for people
