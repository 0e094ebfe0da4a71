"""Concepts of foreign vocabularies, as their readers hand them over: unchecked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Words: TypeAlias = list[tuple[str | None, str]]
"""Texts, each with its language tag; None: the vocabulary's own language."""


@dataclass(slots=True)
class Entry:
    """One concept. What is wrong with it is found by :func:`tagwright.taxonomy.assemble`."""

    key: str  # what other entries call it
    line: int | None = None  # where it stands, if its format has lines
    id: str = ""  # its identifier for good; made of the labels if left out
    labels: Words = field(default_factory=list)  # preferred; of each language the first counts
    alternatives: Words = field(default_factory=list)
    hidden: Words = field(default_factory=list)
    notes: Words = field(default_factory=list)
    broader: list[str] = field(default_factory=list)  # keys; the first one gives the path
    matches: list[str] = field(default_factory=list)  # URIs
    kinds: list[str] = field(default_factory=list)
    group: bool = False
    closed: bool = False
    exclusive: bool = False
