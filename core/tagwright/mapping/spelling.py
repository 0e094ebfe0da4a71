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
_SURELY_READ = ("en", "de", "fr")  # besides the taxonomy's languages


class SpellingMatcher:
    """Finds labels that a slip of the pen away: "bycicle", "sunest". Always in doubt.

    A word is only taken for misspelt if no dictionary and no label has it; so it must never make
    cattle of a castle or a bush of a bus. It keeps its first letter, and may differ by one letter
    left out, added, replaced or swapped with the next if it has five or six letters, by two if it
    has more, and not at all if it has fewer. Words that are known must be the same.
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

        most = sum(map(_bound, split))
        choices = self._labels.get((len(split), split[0][0]), [])
        near = extract(" ".join(split), choices, scorer=OSA.distance, score_cutoff=most, limit=None)
        found = [
            (distance, label)
            for label, distance, _ in near
            if all(
                (a == b or (bad and a[0] == b[0] and OSA.distance(a, b) <= _bound(a)))
                for a, b, bad in zip(split, label.split(" "), unknown, strict=True)
            )
        ]
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
        languages = {*_SURELY_READ, *self._languages}
        return any(lexicon.is_known(word, language) for language in sorted(languages))

    @cached_property
    def _languages(self) -> frozenset[str]:
        return frozenset(match.language.partition("-")[0].lower() for match in self._index)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for match in self._index for word in fold(match.label).split(" "))

    @cached_property
    def _labels(self) -> dict[tuple[int, str], list[str]]:
        """Folded labels by their number of words and first letter."""
        found: dict[tuple[int, str], dict[str, None]] = {}
        for match in self._index:
            label = fold(match.label)
            found.setdefault((label.count(" ") + 1, label[0]), {})[label] = None
        return {key: list(labels) for key, labels in found.items()}


def _bound(word: str) -> int:
    return 0 if len(word) < _SHORTEST else min((len(word) + 1) // 4, 2)
