"""Base forms of nouns: what singular and plural, British and American spelling have in common.

A lemmatiser knows no parts of speech ("leaves" may come of "leave"), so that each language's rule
takes its answer only where it is the singular of that very plural.
"""

from __future__ import annotations

from collections.abc import Callable

from tagwright.mapping.language import english, lexicon

_NO_ENGLISH_PLURAL = ("ss", "us", "is")
_ENGLISH_ES = ("ches", "shes", "xes", "zes", "sses")
_FRENCH_IRREGULAR = {"yeux": "œil", "cieux": "ciel"}


def base(words: tuple[str, ...], language: str) -> str:
    """Return the base form of a phrase in a language with a rule or dictionary."""
    if rule := _RULES.get(language):
        return " ".join(rule(words))
    return " ".join(lexicon.lemma(word, language) or word for word in words)


def has_rule(language: str) -> bool:
    """Whether base forms in that language are those of nouns, and so can be relied upon."""
    return language in _RULES


def english_singular(word: str) -> str:
    """Return the singular of an English noun, the word itself if it is none."""
    if found := english.singular(word):
        return found
    if len(word) < 4 or not word.endswith("s") or word.endswith(_NO_ENGLISH_PLURAL):
        return word
    found = lexicon.lemma(word, "en")
    if found is None or (found != word and not _is_english_plural(word, found)):
        return _detached(word)
    return found.lower()


def _is_english_plural(word: str, singular: str) -> bool:
    s = singular.lower()
    forms = {s + "s", s + "es", s + s[-1] + "es", s[:-1] + "ies", s[:-1] + "ves", s[:-2] + "ves"}
    return word in forms


def _detached(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(_ENGLISH_ES) else word[:-1]


def _english(words: tuple[str, ...]) -> list[str]:
    *before, last = words
    return [english.american(word) for word in (*before, english_singular(last))]


def _german(words: tuple[str, ...]) -> list[str]:
    *before, noun = words
    return [*(lexicon.lemma(one, "de") or one for one in before), german_singular(noun)]


def german_singular(word: str) -> str:
    """Return the singular of a German noun, the word itself if it is none."""
    found = lexicon.lemma(word.capitalize(), "de")
    if found is None or not found[:1].isupper():
        return word
    same_root = _without_umlauts(found.lower())[:3] == _without_umlauts(word)[:3]
    return found.lower() if same_root else word


def _without_umlauts(word: str) -> str:
    return word.translate(str.maketrans("äöü", "aou"))


def _french(words: tuple[str, ...]) -> list[str]:
    return [french_singular(word) for word in words]


def french_singular(word: str) -> str:
    """Return the singular of a French noun or adjective, the word itself if it is none."""
    if word[-1:] not in {"s", "x"} or len(word) < 4:
        return word
    found = _FRENCH_IRREGULAR.get(word) or lexicon.lemma(word, "fr")
    if found is None or found == word or word in _FRENCH_IRREGULAR:
        return found or word
    if word in {found + "s", found + "x"} or word == found[:-1] + "ux":
        return found
    return word[:-1] if lexicon.is_known(word[:-1], "fr") else word


_RULES: dict[str, Callable[[tuple[str, ...]], list[str]]] = {
    "en": _english,
    "de": _german,
    "fr": _french,
}
