"""What a phrase is about: its head, without the words that describe it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tagwright.mapping.inflection import Forms
from tagwright.mapping.language import english_phrases, french_phrases, german_phrases
from tagwright.mapping.language.phrases import Phrase, Reading
from tagwright.mapping.language.words import words
from tagwright.mapping.matching import LabelIndex, Match, Term
from tagwright.model import Kind

_READERS: dict[str, Callable[[Phrase], Reading | None]] = {
    "en": english_phrases.read,
    "de": german_phrases.read,
    "fr": french_phrases.read,
}
_COLOUR = 0.9  # a little less than the thing: part of it may have another colour
_UNREAD = frozenset({Kind.TEXT, Kind.PLACE})  # words on a sign and names describe nothing


class CompoundMatcher:
    """Finds the thing that a phrase is about: "red sports car", "flock of sheep", "Segelboot".

    Colours of made things are found with it, for concepts that take the kind colour. The longest
    name wins. It must never find a narrower concept ("car" is no sports car), a mere part or owner
    ("car wheel", "dog house"), or the head of what dictionaries know as another thing ("hot dog").
    Words that may change the thing make it doubtful.
    """

    def __init__(self, index: LabelIndex, forms: Forms) -> None:
        self._index = index
        self._forms = forms

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return the concepts of the phrase's head, and of its colours."""
        split = words(term.label)
        if not split or term.kind in _UNREAD:
            return ()
        for language, native in self._forms.tongues(term, split):
            if found := tuple(self._read(term, split, language, native)):
                return found
        return ()

    def _read(
        self, term: Term, split: tuple[str, ...], language: str, native: float
    ) -> Iterator[Match]:
        reader = _READERS.get(language)
        if reader is None:
            return
        found = reader(Phrase(term.label, split, lambda some: self._forms.nouns(some, language)))
        if found is None:
            return
        sure = min(found.sure, native)
        note = f"{found.note}, which counts {sure:g}"
        for match in found.matches:
            yield replace(match, how="head of the phrase", sure=sure, note=note)
        sure = min(_COLOUR, native)
        for word in found.colours:
            for match in self._index.tags(word):
                seen = f"the colour in it, which counts {sure:g}"
                yield replace(match, how="modifier", sure=sure, note=seen, kind=Kind.COLOUR)
