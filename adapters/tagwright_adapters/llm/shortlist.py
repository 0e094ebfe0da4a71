"""Which concepts of a large vocabulary a label may mean, by the look of their labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

from tagwright.model import Kind, Observation
from tagwright.taxonomy import Concept, Taxonomy
from tagwright.taxonomy.labels import fold
from tagwright_adapters.llm.offer import places

_NEAR = 80.0  # of 100: words that may be one another's inflection or misspelling
_MOST_NEAR = 12  # words of the vocabulary that one word is compared with
_MOST_COMPARED = 2_000  # labels that share a word, compared in full
_REMEMBERED = 10_000  # words


class Search:
    """Finds concepts by words that they share with a label or one of its synonyms.

    Labels are found through their words, as comparing each of 150,000 with every label would take
    seconds a photo.
    """

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._labels: list[tuple[str, Concept]] = []
        self._by_word: dict[str, list[int]] = {}
        for place in places(taxonomy):
            if not place.concept.group:
                for label in sorted({fold(label) for label in _labels(place.concept)}):
                    self._add(label, place.concept)
        self._words = tuple(self._by_word)
        self._near = lru_cache(_REMEMBERED)(self._nearest)

    def _add(self, label: str, concept: Concept) -> None:
        for word in dict.fromkeys(label.split()):
            self._by_word.setdefault(word, []).append(len(self._labels))
        self._labels.append((label, concept))

    def find(self, seen: Observation, most: int) -> list[Concept]:
        """Return up to ``most`` concepts that take its kind, the likeliest first."""
        scores: dict[str, float] = {}
        for text in dict.fromkeys(fold(one) for one in (seen.label, *seen.synonyms)):
            for number in self._sharing(text):
                label, concept = self._labels[number]
                if self.takes(concept, seen.kind):
                    score = (fuzz.token_set_ratio(text, label) + fuzz.ratio(text, label)) / 2
                    scores[concept.id] = max(score, scores.get(concept.id, 0.0))
        best = sorted(scores, key=lambda one: (-scores[one], one))[:most]
        return [self._taxonomy[one] for one in best]

    def takes(self, concept: Concept, kind: Kind) -> bool:
        """Whether observations of a kind may become a concept, as mapping has it."""
        kinds = self._taxonomy.kinds(concept.id)
        return kind in kinds if kinds else kind is not Kind.TEXT

    def _sharing(self, text: str) -> Iterable[int]:
        near = [word for said in text.split() for word in self._near(said)]
        near.sort(key=lambda word: len(self._by_word[word]))  # rare words tell most
        found: dict[int, None] = {}
        for word in near:
            if len(found) >= _MOST_COMPARED:
                break
            found.update(dict.fromkeys(self._by_word[word]))
        return list(found)[:_MOST_COMPARED]

    def _nearest(self, word: str) -> tuple[str, ...]:
        found = process.extract(
            word, self._words, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=_MOST_NEAR
        )
        return tuple(match[0] for match in found)


def _labels(concept: Concept) -> Iterator[str]:
    yield from concept.labels.values()
    for labels in (*concept.alternatives.values(), *concept.hidden.values()):
        yield from labels
