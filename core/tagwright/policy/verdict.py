"""What the policy answers for one photo."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.model import Suggestion


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that applied to a photo."""

    rule: str  # its name
    because: str  # which of its conditions held: "folder */Christmas/*, 24 December 2023"

    def __str__(self) -> str:
        return f"rule {self.rule!r}: {self.because}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision on each concept of one photo."""

    suggestions: tuple[Suggestion, ...]  # surest first
    fired: tuple[Firing, ...] = ()  # in the order in which they fired
    left_alone: Firing | None = None  # the rule by which nothing is written to this photo
