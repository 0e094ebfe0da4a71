"""Other forms of a label: singular and plural, British and American, one word or two."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from tagwright.mapping.language import english, lexicon, modifiers
from tagwright.mapping.language.forms import base, has_rule
from tagwright.mapping.language.words import words
from tagwright.mapping.matching import DOUBTFUL, SAFE, LabelIndex, Match, Term, primary
from tagwright.taxonomy.labels import fold


class Forms:
    """The labels of a taxonomy by language and base form; made when a language is first asked."""

    def __init__(self, index: LabelIndex) -> None:
        self._index = index
        self._by_form: dict[str, dict[str, list[Match]]] = {}
        self._by_joined: dict[str, dict[str, list[Match]]] = {}
        self.nouns = lru_cache(10_000)(self._nouns)

    def of(self, split: tuple[str, ...], language: str) -> list[Match]:
        """Return the labels of that language with the base form of these words."""
        return self._forms(language).get(_form(split, language), [])

    def joined(self, split: tuple[str, ...], language: str) -> list[Match]:
        """Return the labels that have the same base form but for gaps."""
        if language not in self._by_joined:
            joined: dict[str, list[Match]] = {}
            for form, matches in self._forms(language).items():
                joined.setdefault(form.replace(" ", ""), []).extend(matches)
            self._by_joined[language] = joined
        return self._by_joined[language].get(_form(split, language).replace(" ", ""), [])

    def _forms(self, language: str) -> dict[str, list[Match]]:
        if language not in self._by_form:
            forms: dict[str, list[Match]] = {}
            for _, match in self._index.entries():
                if primary(match.language) == language and (split := words(match.label)):
                    forms.setdefault(_form(split, language), []).append(match)
            self._by_form[language] = forms
        return self._by_form[language]

    def _nouns(self, split: tuple[str, ...], language: str) -> tuple[Match, ...]:
        """Return what has a label of that language that is these words or a form of them."""
        if not split:
            return ()
        exact = [
            match
            for match in self._index.tags(" ".join(split))
            if primary(match.language) == language
        ]
        return tuple(exact or self.of(split, language))

    def tongues(self, term: Term, split: tuple[str, ...]) -> list[tuple[str, float]]:
        """Return languages to try, and how sure it is that the label is in them.

        That is the tagger's. Where it does not say, it is the taxonomy's own if that has all words
        in its dictionary: English "chats" are no French cats. Otherwise those of the well-known
        languages that have come first, and all others are in doubt.
        """
        if term.language is not None:
            return [(primary(term.language), 1.0)]
        own, *others = self._index.languages

        def knows(language: str) -> bool:
            return all(lexicon.is_known(word, language) for word in split)

        if knows(own):
            return [(own, 1.0)]
        # Asked whether the taxonomy has labels in it or not: the answer is the same for each label.
        knowing = [language for language in lexicon.CHECKED if knows(language)] or [own]
        rest = [language for language in (own, *others) if language not in knowing]
        return [*((one, 1.0) for one in knowing), *((one, DOUBTFUL) for one in rest)]


def _form(split: tuple[str, ...], language: str) -> str:
    return fold(base(split, language))


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
            if found := self._forms.of(split, language):
                sure = min(sure, native)
                return tuple(_inflected(match, split, language, sure) for match in found)
            if found := self._forms.joined(split, language):
                sure = DOUBTFUL if modifiers.is_description(split[0]) else sure
                sure = min(sure, native)
                return tuple(_as(one, "spacing", sure, "the same but for a gap") for one in found)
        return ()


def _inflected(match: Match, split: tuple[str, ...], language: str, sure: float) -> Match:
    last = words(match.label)[-1]
    if language == "en" and last != split[-1] and english.is_own_word(last):
        return _as(match, "inflection", DOUBTFUL, f"{last!r} may mean more than {split[-1]!r}")
    return _as(match, "inflection", sure, "another form of the word")


def _as(match: Match, how: str, sure: float, note: str) -> Match:
    return replace(match, how=how, sure=sure, note=f"{note}, which counts {sure:g}")
