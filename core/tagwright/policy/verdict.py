"""What the policy answers for one photo."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.model import Extra, Suggestion


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that applied to a photo."""

    rule: str  # its name
    because: str  # which of its conditions held: "folder */Christmas/*, 24 December 2023"
    notes: tuple[str, ...] = ()  # what it sets beside tags, or why not

    def __str__(self) -> str:
        return f"rule {self.rule!r}: {self.because}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision on each concept of one photo."""

    suggestions: tuple[Suggestion, ...]  # surest first
    fired: tuple[Firing, ...] = ()  # in the order in which they fired
    left_alone: Firing | None = None  # the rule by which nothing is written to this photo
    extras: tuple[Extra, ...] = ()  # at most one caption and one rating; sorted
