"""Other forms of a label: singular and plural, British and American, one word or two."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache

from tagwright.mapping.language import lexicon, modifiers
from tagwright.mapping.language.forms import base, has_rule
from tagwright.mapping.language.words import words
from tagwright.mapping.matching import DOUBTFUL, SAFE, LabelIndex, Match, Term
from tagwright.taxonomy.labels import fold


class Forms:
    """The labels of a taxonomy by language and base form; made when first asked."""

    def __init__(self, index: LabelIndex) -> None:
        self._index = index
        self.nouns = lru_cache(10_000)(self._nouns)

    @cached_property
    def by_language(self) -> dict[str, dict[str, list[Match]]]:
        """Labels by base form, by language."""
        found: dict[str, dict[str, list[Match]]] = {}
        for match in self._index:
            language = match.language.partition("-")[0].lower()
            if split := words(match.label):
                forms = found.setdefault(language, {})
                forms.setdefault(fold(base(split, language)), []).append(match)
        return found

    @cached_property
    def joined(self) -> dict[str, dict[str, list[Match]]]:
        """Labels by base form without gaps, by language."""
        found: dict[str, dict[str, list[Match]]] = {}
        for language, forms in self.by_language.items():
            for form, matches in forms.items():
                close = found.setdefault(language, {})
                close.setdefault(form.replace(" ", ""), []).extend(matches)
        return found

    def _nouns(self, split: tuple[str, ...], language: str) -> tuple[Match, ...]:
        """Return what has a label of that language with the base form of these words."""
        exact = [
            match
            for match in self._index.tags(" ".join(split))
            if match.language.partition("-")[0].lower() == language
        ]
        return tuple(
            exact or self.by_language.get(language, {}).get(fold(base(split, language)), ())
        )

    def tongues(self, term: Term, split: tuple[str, ...]) -> list[tuple[str, float]]:
        """Return languages to try, and how sure it is that the label is in them.

        That is the tagger's. Where it does not say, the first is one that knows all words, the
        taxonomy's own before others; all further ones are in doubt: English "chats" are no French
        cats.
        """
        if term.language is not None:
            return [(term.language.partition("-")[0].lower(), 1.0)]
        own = self._index.language

        def rank(language: str) -> tuple[bool, bool, str]:
            known = all(lexicon.is_known(word, language) for word in split)
            return not known, language != own, language

        first, *others = sorted({own, *self.by_language}, key=rank)
        return [(first, 1.0), *((language, DOUBTFUL) for language in others)]


class InflectionMatcher:
    """Finds labels that differ in number or spelling: "mice", "Häuser", "chevaux", "colour".

    Also those that are written as one word or as two. It must never take a verb for a noun ("saw"
    is no form of "see"), nor a plural with a meaning of its own for one ("glasses", "arms"), nor a
    longer word for a shorter one ("university").
    """

    def __init__(self, forms: Forms) -> None:
        self._forms = forms

    def __call__(self, term: Term) -> tuple[Match, ...]:
        """Return every concept with a label of the same base form."""
        split = words(term.label)
        if not split:
            return ()
        for language, native in self._forms.tongues(term, split):
            sure = SAFE if has_rule(language) else DOUBTFUL
            if found := self._forms.nouns(split, language):
                return _as(found, "inflection", min(sure, native), "another form of the word")
            form = fold(base(split, language)).replace(" ", "")
            if found := tuple(self._forms.joined.get(language, {}).get(form, ())):
                sure = DOUBTFUL if modifiers.is_description(split[0]) else sure
                return _as(found, "spacing", min(sure, native), "the same but for a gap")
        return ()


def _as(matches: tuple[Match, ...], how: str, sure: float, note: str) -> tuple[Match, ...]:
    explained = f"{note}, which counts {sure:g}"
    return tuple(replace(match, how=how, sure=sure, note=explained) for match in matches)
