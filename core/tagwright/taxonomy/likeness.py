"""Finds labels that are probably one word: mistyped, or in singular and plural."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Levenshtein

_SHORTEST = 7  # letters; of shorter words too many are one letter apart: horse and house
_SHORTEST_CHANGED = 9  # letters, where one is another: Ireland and Iceland
_MOST = 20  # labels that one label is compared with for each of its keys
_PLURALS = {"de": ("e", "n", "en", "er", "s"), "fr": ("s", "x"), "nl": ("en", "s")}
_PLURALS_ELSEWHERE = ("s", "es")


def mistyped(labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield positions of labels that differ by one letter, or by two that changed places.

    Labels must be folded and are looked at once each: cost grows with their number, not with its
    square, because only those are compared that have all letters but one in common.
    """
    seen: dict[int, list[int]] = {}
    for position, label in enumerate(labels):
        others = {one for key in _keys(label) for one in seen.setdefault(key, [])}
        for other in sorted(others):
            if _one_slip(label, labels[other]):
                yield position, other
        for key in _keys(label):
            if len(seen[key]) < _MOST:
                seen[key].append(position)


def _keys(label: str) -> set[int]:
    """Return hashes of a label's letters in alphabetical order: all of them, and all but one."""
    letters = "".join(sorted(filter(str.isalpha, label)))
    if len(letters) < _SHORTEST:
        return set()
    digits = "".join(filter(str.isdigit, label))
    fewer = {letters.replace(one, "", 1) for one in set(letters)}
    return {hash((digits, some)) for some in (letters, *fewer)}


def _one_slip(one: str, other: str) -> bool:
    if one == other:
        return False
    if sorted(one) == sorted(other):
        edges = one[0] == other[0] and one[-1] == other[-1]
        return edges and Levenshtein.distance(one, other, score_cutoff=2) <= 2
    changed = len(one) == len(other)
    if changed and len(one) < _SHORTEST_CHANGED:
        return False
    return Levenshtein.distance(one, other, score_cutoff=1) <= 1


def inflected(labels: Sequence[str], language: str) -> Iterator[tuple[int, int]]:
    """Yield positions of folded labels of one branch that are another one's plural, and of that."""
    position = {label: number for number, label in enumerate(labels)}
    endings = _PLURALS.get(language.partition("-")[0], _PLURALS_ELSEWHERE)
    for label, number in position.items():
        plurals = [label + ending for ending in endings]
        if label.endswith("y"):
            plurals.append(label[:-1] + "ies")
        yield from ((position[one], number) for one in plurals if one in position)
