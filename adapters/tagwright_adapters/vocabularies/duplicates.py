"""Labels that are probably one: a plural beside its singular, a slip of the keyboard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

_PLURALS = ("s", "es", "n", "en", "e", "er")  # English, French, German
_SHORTEST = 5  # characters; among shorter labels nearly all neighbours are other words
_RARE = 10  # times as often is the right spelling used as a slip


def likely_duplicates(uses: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """Yield the label that is used more, the one that is used less, and what makes them alike.

    Args:
        uses: Folded labels with how often each is used.
    """
    yield from _plurals(uses)
    yield from _slips(uses)


def _plurals(uses: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    for label in uses:
        forms = [label + ending for ending in _PLURALS]
        if label.endswith("y"):
            forms.append(f"{label[:-1]}ies")
        for plural in forms:
            if len(label) > 2 and plural in uses:
                yield (*_by_use(label, plural, uses), "singular and plural")


def _slips(uses: Mapping[str, int]) -> Iterator[tuple[str, str, str]]:
    """Compare each rare label with those of about its length and the same beginning."""
    groups: dict[tuple[str, int], list[str]] = defaultdict(list)
    for label in uses:
        groups[label[:1], len(label)].append(label)
    for label, used in uses.items():
        if not used or len(label) < _SHORTEST or any(letter.isdigit() for letter in label):
            continue
        for length in (len(label) - 1, len(label), len(label) + 1):
            near = process.extract(
                label, groups[label[:1], length], scorer=OSA.distance, score_cutoff=1, limit=None
            )
            for other, _, _ in near:
                if uses[other] >= _RARE * used and not _inflected(label, other):
                    yield other, label, "the second looks misspelt"


def _inflected(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return any(short + ending == long for ending in _PLURALS)


def _by_use(one: str, other: str, uses: Mapping[str, int]) -> tuple[str, str]:
    return (one, other) if uses[one] >= uses[other] else (other, one)
