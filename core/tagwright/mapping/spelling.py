"""Labels that are misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from tagwright.mapping.language import lexicon
from tagwright.mapping.language.words import words
from tagwright.mapping.matching import DOUBTFUL, LabelIndex, Match, Term
from tagwright.model import Kind
from tagwright.taxonomy.labels import fold

_UNREAD = frozenset({Kind.TEXT, Kind.PLACE})  # names differ by a letter: Freiburg and Freiberg
_SHORTEST = 5  # letters of a word that may be misspelt
_SHORT = 8  # letters of a word in which only one may be wrong


class SpellingMatcher:
    """Finds labels that are a slip of the pen away: "bycicle", "sunest". Always in doubt.

    A word is only taken for misspelt if no dictionary and no label has it; so it must never make
    cattle of a castle or a bush of a bus. It keeps its first letter. Letters left out, added,
    replaced or swapped with the next may be none in words of up to four letters, one in those of
    up to eight, two in longer ones; that all letters are there in another order counts as one.
    Words that are known must be the same.
    """

    def __init__(self, index: LabelIndex) -> None:
        self._index = index

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return every concept with a label at the smallest distance."""
        split = tuple(fold(term.label).split(" "))
        if term.kind in _UNREAD or not words(term.label) or not split[0]:
            return ()
        unknown = [not self._is_known(word) for word in split]
        if not any(unknown) or not all(
            word.isalpha() and len(word) >= _SHORTEST
            for word, bad in zip(split, unknown, strict=True)
            if bad
        ):
            return ()
        return self._nearest(split, unknown)

    def _nearest(self, split: tuple[str, ...], unknown: list[bool]) -> tuple[Match, ...]:
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - only on a miss
        from rapidfuzz.process import extract  # noqa: PLC0415 - only on a miss

        most = 2 * sum(unknown)
        choices = self._labels.get((len(split), split[0][0]), [])
        near = extract(" ".join(split), choices, scorer=OSA.distance, score_cutoff=most, limit=None)
        found = []
        for label, distance, _ in near:
            pairs = zip(split, label.split(" "), unknown, strict=True)
            if all(_is_slip(a, b, OSA.distance(a, b)) if bad else a == b for a, b, bad in pairs):
                found.append((distance, label))
        smallest = min(found, default=(0, ""))[0]
        return tuple(self._doubted([label for distance, label in found if distance == smallest]))

    def _doubted(self, labels: list[str]) -> Iterator[Match]:
        for label in labels:
            note = f"taken for a misspelt {label!r}, which counts {DOUBTFUL:g}"
            for match in self._index.tags(label):
                yield replace(match, how="spelling", sure=DOUBTFUL, note=note)

    def _is_known(self, word: str) -> bool:
        if word in self._words:
            return True
        languages = dict.fromkeys((self._index.language, *lexicon.CHECKED))
        return any(lexicon.is_known(word, language) for language in languages)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for label, _ in self._index.entries() for word in label.split(" "))

    @cached_property
    def _labels(self) -> dict[tuple[int, str], list[str]]:
        """Folded labels by their number of words and first letter."""
        found: dict[tuple[int, str], dict[str, None]] = {}
        for label, _ in self._index.entries():
            found.setdefault((label.count(" ") + 1, label[0]), {})[label] = None
        return {key: list(labels) for key, labels in found.items()}


def _is_slip(said: str, label: str, distance: int) -> bool:
    most = 1 if len(said) <= _SHORT else 2
    slips = 1 if sorted(said) == sorted(label) and distance == 2 else distance
    return said[0] == label[0] and slips <= most
