"""English nouns, what they can mean, and what that is a kind of, made of WordNet 3.0.

``data/nouns.txt``
    nouns in the singular with the meanings that photos can show, the most usual first: the number
    of each, ":" and how often it was met in tagged text if it was, "-" if the noun is a lesser
    name for it (a dog that is a catch) or only likens to it (a person who is a lion).
``data/meanings.txt``
    in line n the meaning n: a letter for its sort, and the numbers of those right above it, but
    for general ones, of which there are more than 600 kinds ("device", "worker", "structure").
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

ACT, EVENT, PROCESS, TIME, PHENOMENON = "c", "e", "r", "m", "n"
ANIMAL, PERSON, BODY = "a", "p", "b"
PLANT, FOOD, SUBSTANCE = "v", "f", "s"
ARTEFACT, OBJECT, LOCATION = "t", "o", "l"
COLOUR, GROUP, TOP = "q", "g", "T"

_REMEMBERED = 20_000
_CHIEF = 0.5  # of a meaning that tagged text does not have


class Use(NamedTuple):
    """One meaning of a noun."""

    meaning: int
    weight: float  # how usual it is; 0: hardly ever


@lru_cache(_REMEMBERED)
def uses(noun: str) -> tuple[Use, ...]:
    """Return what a noun can mean, the most usual first; nothing if it is not known."""
    lines = _lines("nouns")
    place = bisect_left(lines, noun + "\t")
    if place == len(lines) or not lines[place].startswith(noun + "\t"):
        return ()
    return tuple(map(_use, lines[place][len(noun) + 1 :].split(" ")))


def sort(meaning: int) -> str:
    """Return the letter of the sort that a meaning is of."""
    return _lines("meanings")[meaning][0]


@lru_cache(_REMEMBERED)
def above(meaning: int) -> Mapping[int, int]:
    """Return a meaning and all that it is a kind of, nearest first, with the steps to each."""
    found = {meaning: 0}
    waiting = [meaning]
    for one in waiting:
        for parent in map(int, _lines("meanings")[one][1:].split()):
            if parent not in found:
                found[parent] = found[one] + 1
                waiting.append(parent)
    return found


def _use(text: str) -> Use:
    number, _, count = text.rstrip("-").partition(":")
    return Use(int(number), int(count or 0) + (0 if text.endswith("-") else _CHIEF))


@cache
def _lines(table: str) -> list[str]:
    path = files("tagwright.mapping.language") / "data" / f"{table}.txt"
    return path.read_text("utf-8").splitlines()
