"""Chains of taggers as the user declares them: who is asked, and who is asked only then; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Manner = Literal["alone", "fallback", "cascade"]


@dataclass(frozen=True, slots=True)
class Chain:
    """Taggers of which one answer is wanted; a tagger by itself is a chain of one."""

    name: str
    members: tuple[str, ...]  # names of taggers, in the order in which they are asked
    manner: Manner = "alone"
    enough: int = 0  # applied concepts with which a cascade is content

    @classmethod
    def alone(cls, tagger: str) -> Chain:
        """Return the chain of one tagger."""
        return cls(tagger, (tagger,))

    @property
    def plain(self) -> list[object]:
        """What of it decides which tags a photo gets, JSON-able; its name does not."""
        return [self.manner, *self.members, self.enough]


class Course(NamedTuple):
    """How it went with one photo and one chain."""

    chain: str
    taggers: tuple[str, ...]  # that answered
    after: str = ""  # what made it go on from the first: "refusals", "outages", …
    incomplete: str = ""  # why one that was wanted could not be asked; a later run asks it


def hasty(chains: Iterable[Chain]) -> frozenset[str]:
    """Return the taggers that need not be waited for, as each time another one is asked instead."""
    passed: set[str] = set()
    awaited: set[str] = set()
    for chain in chains:
        if chain.manner == "fallback":
            passed.update(chain.members[:-1])
            awaited.add(chain.members[-1])
        else:
            awaited.update(chain.members)
    return frozenset(passed - awaited)


def goal_of(chains: Sequence[Chain]) -> list[object]:
    """Return what of chains decides which tags photos get; nothing where taggers stand alone."""
    if all(chain.manner == "alone" for chain in chains):
        return []
    return [chain.plain for chain in chains]
