"""Labels for a kind of something that the user has a concept for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tagwright.mapping.inflection import Forms
from tagwright.mapping.language import homonyms, nouns
from tagwright.mapping.language.words import words
from tagwright.mapping.matching import DOUBTFUL, LabelIndex, Match, Term, primary
from tagwright.mapping.senses import Senses, known, names
from tagwright.model import Kind

_SURE = 0.9  # dictionaries draw some lines otherwise than people
_STEPS = 10  # from a word to the concept at most
_USUAL = 0.25  # how usual a meaning is at least, as a share of the most usual one
_UNREAD = frozenset({Kind.TEXT, Kind.PLACE})  # words on a sign and names are no nouns


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A label whose concept stands for a meaning."""

    match: Match
    sure: bool


class HypernymMatcher:
    """Finds what an English noun is a kind of: "labrador retriever", "espresso", "wolf spider".

    The nearest concept up WordNet's hierarchy wins. It must never find a narrower concept. Only
    animals are sure: dictionaries draw other lines than people between things that are made (a
    seat belt is a kind of clothing), and a plant's name is its fruit's too. Nouns with several
    meanings that are met are in doubt, whatever they mean.
    """

    def __init__(self, index: LabelIndex, forms: Forms, senses: Senses) -> None:
        self._index = index
        self._forms = forms
        self._senses = senses

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return the concepts that are nearest above what the noun usually means."""
        split = words(term.label)
        if not split or term.kind in _UNREAD:
            return ()
        for language, native in self._forms.tongues(term, split):
            if language == "en":
                return tuple(self._kinds(term, native))
        return ()

    def _kinds(self, term: Term, native: float) -> Iterator[Match]:
        noun = known(term.label)
        clusters = homonyms.things(noun)
        allowed = [use for some in clusters for use in homonyms.allowed(some, term.kind)]
        most = max((use.weight for use in allowed), default=0.0)
        usual = [use for use in allowed if use.weight >= most * _USUAL]
        found = [self._nearest(use.meaning) for use in usual]
        concepts = [{anchor.match.concept for anchor in some} for some in found]
        sure = (
            all(one == concepts[0] for one in concepts)
            and all(nouns.sort(use.meaning) == nouns.ANIMAL for use in usual)
            and _is_clear(clusters)
            and not self._is_mixed(noun, set().union(*concepts))
        )
        for anchor in dict.fromkeys(anchor for some in found for anchor in some):
            factor = min(_SURE if sure and anchor.sure else DOUBTFUL, native)
            path = " > ".join(self._senses.path(anchor.match.concept))
            note = f"{noun!r} is a kind of {path}, which counts {factor:g}"
            yield replace(anchor.match, how="kind of", sure=factor, note=note)

    def _is_mixed(self, noun: str, concepts: set[str]) -> bool:
        """Whether a word of it is for another concept: a wedding dress is more than Clothing."""
        *before, _ = noun.split(" ")
        return any(
            match.concept not in concepts
            for word in before
            for match in self._forms.nouns((word,), "en")
        )

    def _nearest(self, meaning: int) -> list[_Anchor]:
        for above, steps in nouns.above(meaning).items():
            if steps > _STEPS:
                break
            if found := self._anchors.get(above):
                return found
        return []

    @cached_property
    def _anchors(self) -> dict[int, list[_Anchor]]:
        """The concepts that stand for a meaning and what is below it."""
        found: dict[int, list[_Anchor]] = {}
        for _, match in self._index.entries():
            if primary(match.language) != "en":
                continue
            for noun in names(match.label):
                meanings, sure = self._senses.stands_for(match.concept, noun)
                for meaning in meanings:
                    found.setdefault(meaning, []).append(_Anchor(match, sure))
        return found


def _is_clear(clusters: Sequence[Sequence[nouns.Use]]) -> bool:
    """Whether a noun has one meaning, or tagged text has it in no other."""
    others = sum(map(homonyms.weight, clusters[1:]))
    return len(clusters) < 2 or (homonyms.weight(clusters[0]) >= 1 and not others)
