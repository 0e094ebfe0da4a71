"""What a phrase is read as: its head, and how far the rest leaves it what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tagwright.mapping.matching import DOUBTFUL, SAFE, Match


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of a label, and where to look nouns up."""

    label: str  # as it was said
    words: tuple[str, ...]
    find: Callable[[tuple[str, ...]], tuple[Match, ...]]  # concepts of that name, in any form


@dataclass(frozen=True, slots=True)
class Reading:
    """Concepts that the head of a phrase names."""

    matches: tuple[Match, ...]
    sure: float
    note: str
    colours: tuple[str, ...] = ()  # words for a colour that the thing surely has


def reading(
    matches: tuple[Match, ...],
    dropped: Sequence[str],
    *,
    safe: bool,
    colours: tuple[str, ...] = (),
) -> Reading:
    """Return a reading that says which words were passed over."""
    words = ", ".join(repr(word) for word in dropped)
    if safe:
        return Reading(matches, SAFE, f"without {words}, which leaves it what it is", colours)
    return Reading(matches, DOUBTFUL, f"without {words}, which may make it something else")
