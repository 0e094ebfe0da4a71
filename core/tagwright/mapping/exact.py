"""The label itself."""

from __future__ import annotations

from tagwright.mapping.matching import LabelIndex, Match, Term


class ExactMatcher:
    """Finds concepts by their preferred, alternative and hidden labels in every language.

    Case, hyphens, underscores and punctuation around a label do not count (see
    :func:`tagwright.taxonomy.labels.fold`). It must never find another word: accents count.
    """

    def __init__(self, index: LabelIndex) -> None:
        self._index = index

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return every concept of that label."""
        return self._index.tags(term.label)
